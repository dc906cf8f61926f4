import { Link, Redirect } from "wouter";
import { useFrame } from "../frame";
import { Page } from "../record/page";
import { t } from "../text";
import { AccountTab } from "./account";
import { InboxesTab } from "./inboxes";
import { LabelsTab } from "./labels";
import { PipelinesTab } from "./pipelines";
import { PropertiesTab } from "./properties";
import { SnippetsTab } from "./snippets";
import { TeamsTab } from "./teams";
import { TokensTab } from "./tokens";

const tabs = { pipelines: PipelinesTab, properties: PropertiesTab, labels: LabelsTab, snippets: SnippetsTab, inboxes: InboxesTab, teams: TeamsTab, tokens: TokensTab, account: AccountTab };
type Tab = keyof typeof tabs;

/** On a narrow screen not all tabs are in sight. */
const intoSight = (tab: HTMLElement | null) => tab?.scrollIntoView({ block: "nearest", inline: "nearest" });

/** How the account is set up. Whoever is no admin may look. */
export function Admin({ tab }: { tab: string }) {
  const { viewer } = useFrame();
  if (!Object.hasOwn(tabs, tab)) return <Redirect to="/settings/pipelines" replace />;
  const Shown = tabs[tab as Tab];
  const may = viewer.account.viewerCanAdminister;
  return (
    <Page title={t.admin.title} lead={may || tab === "tokens" || tab === "snippets" ? undefined : t.admin.onlyAdmins}>
      <nav aria-label={t.admin.title} className="mb-6 flex gap-1 overflow-x-auto border-b border-line">
        {(Object.keys(tabs) as Tab[]).map((name) => (
          <Link
            key={name}
            to={`/settings/${name}`}
            ref={name === tab ? intoSight : undefined}
            aria-current={name === tab ? "page" : undefined}
            className={`border-b-2 px-3 py-2 text-sm whitespace-nowrap outline-offset-[-2px] ${name === tab ? "border-accent font-medium text-accent-text" : "border-transparent text-muted hover:text-ink"}`}
          >
            {t.admin.tabs[name]}
          </Link>
        ))}
      </nav>
      <Shown may={may} />
    </Page>
  );
}
