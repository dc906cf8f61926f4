import { createRoot } from "react-dom/client";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import "./style.css";
import { fetcherWith } from "./fetcher";
import { tabs } from "./tabs";
import { takeToken } from "./token";

const token = takeToken();
const headers = JSON.stringify({ Authorization: `Bearer ${token || "…"}` }, null, 2);

createRoot(document.getElementById("root")!).render(
  <GraphiQL
    fetcher={fetcherWith(token)}
    headers={token ? headers : undefined}
    defaultHeaders={headers}
    defaultTabs={tabs.map((query) => ({ query, headers }))}
    defaultEditorToolsVisibility={token ? "variables" : "headers"}
  />,
);
