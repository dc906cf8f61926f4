import { createRoot } from "react-dom/client";
import { App } from "./app";
import { takeTokenFromAddress } from "./api/session";
import { loadTexts } from "./text";
import { applyTheme } from "./ui/theme";
import "./styles.css";

applyTheme();
takeTokenFromAddress();
addEventListener("hashchange", takeTokenFromAddress);
await loadTexts();
createRoot(document.getElementById("root")!).render(<App />);
