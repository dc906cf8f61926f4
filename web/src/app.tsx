import { Component, lazy, Suspense, useEffect, useMemo, useSyncExternalStore, type ReactNode } from "react";
import { Provider } from "urql";
import { Redirect, Route, Switch } from "wouter";
import { openApi } from "./api/client";
import { LiveContext } from "./api/live";
import { currentSession, onSession } from "./api/session";
import { Frame } from "./frame";
import { Home, Inbox } from "./inbox/inbox";
import { t } from "./text";
import { Button, EmptyState, Skeleton } from "./ui/parts";
import { Toasts } from "./ui/toast";

const SignIn = lazy(() => import("./sign-in").then((m) => ({ default: m.SignIn })));
const TicketRecord = lazy(() => import("./record/ticket").then((m) => ({ default: m.TicketRecord })));
const ContactPage = lazy(() => import("./record/contact").then((m) => ({ default: m.ContactPage })));
const TrashPage = lazy(() => import("./record/trash").then((m) => ({ default: m.TrashPage })));
const Admin = lazy(() => import("./admin/admin").then((m) => ({ default: m.Admin })));

export function App() {
  const session = useSyncExternalStore(onSession, currentSession);
  return (
    <Guard>
      <Suspense fallback={<Skeleton />}>{session.token && !session.offered ? <SignedIn key={session.token} token={session.token} /> : <SignIn session={session} />}</Suspense>
      <Toasts />
    </Guard>
  );
}

function SignedIn({ token }: { token: string }) {
  const api = useMemo(() => openApi(token), [token]);
  useEffect(() => () => void Promise.resolve(api.live.dispose()).catch(() => {}), [api]); // the server may have closed it first
  return (
    <Provider value={api.client}>
      <LiveContext value={api.live}>
        <Frame>
          <Guard>
            <Suspense fallback={<Skeleton />}>
              <Switch>
                <Route path="/" component={Home} />
                <Route path="/views/:view/:conversation?">{(p) => <Inbox view={p.view} conversation={p.conversation} />}</Route>
                <Route path="/search/:conversation?">{(p) => <Inbox conversation={p.conversation} searching />}</Route>
                <Route path="/conversations/:id">{(p) => <Inbox conversation={p.id} />}</Route>
                <Route path="/tickets/:id">{(p) => <TicketRecord key={p.id} id={p.id} />}</Route>
                <Route path="/contacts/:id">{(p) => <ContactPage key={p.id} id={p.id} />}</Route>
                <Route path="/trash" component={TrashPage} />
                <Route path="/settings">
                  <Redirect to="/settings/pipelines" replace />
                </Route>
                <Route path="/settings/:tab">{(p) => <Admin tab={p.tab} />}</Route>
                <Route>
                  <EmptyState icon="search" title={t.errors.notFound} />
                </Route>
              </Switch>
            </Suspense>
          </Guard>
        </Frame>
      </LiveContext>
    </Provider>
  );
}

/** Keeps a fault in one place from leaving an empty page. */
class Guard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <EmptyState icon="alert" title={t.errors.screen}>
        <Button className="mt-3" onClick={() => location.reload()}>
          {t.errors.reload}
        </Button>
      </EmptyState>
    );
  }
}
