import { createRoot } from "react-dom/client";
import { App } from "./app";
import { takeTokenFromAddress } from "./api/session";
import { speak } from "./text";
import { dress } from "./ui/theme";
import "./styles.css";

dress();
takeTokenFromAddress();
addEventListener("hashchange", takeTokenFromAddress);
await speak();
createRoot(document.getElementById("root")!).render(<App />);
