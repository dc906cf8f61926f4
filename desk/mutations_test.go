package desk

// mutation is one call that changes something, ready to be tried by anybody on anything:
// the gate, the trash and the permissions are tested over all of them.
type mutation struct {
	name string
	on   Kind // what it works on: KindConversation, KindTicket, or "" for the rest
	need Scope
	in   func(w *world) // what it needs to be there
	do   func(w *world, a *Act) error
}

// anybody may do it who is there at all.
const anybody Scope = ""

// mutations works on a case with the ticket "new" and the conversation "open unread".
var mutations = []mutation{
	{name: "conversationAssign", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.cs.AssignConversation(a, w.c(1), w.agents["cleo"])
	}},
	{name: "conversationClose", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.cs.CloseConversation(a, w.c(1))
	}},
	{name: "conversationReopen", on: KindConversation, need: ScopeWrite, in: func(w *world) {
		w.c(1).closeNow(&Act{Now: w.before})
	}, do: func(w *world, a *Act) error { return w.cs.ReopenConversation(a, w.c(1)) }},
	{name: "conversationMove", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.cs.MoveConversation(a, w.c(1), w.hidden)
	}},
	{name: "conversationMarkRead", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.c(1).MarkRead(a, 0)
	}},
	{name: "conversationMarkUnread", on: KindConversation, need: ScopeWrite, in: func(w *world) {
		w.c(1).UnreadCount = 0
	}, do: func(w *world, a *Act) error { return w.c(1).MarkUnread(a) }},
	{name: "conversationTrash", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) (err error) {
		_, err = w.cs.TrashConversation(a, w.c(1), true)
		return err
	}},
	{name: "messageSend", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) (err error) {
		_, err = w.cs.Send(a, w.c(1), Content{Text: "Hello"})
		return err
	}},
	{name: "import of what was sent", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) (err error) {
		_, err = w.cs.TakeSent(a, w.c(1), "ext-1", Content{Text: "Hello"})
		return err
	}},
	{name: "commentCreate", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) (err error) {
		_, err = w.cs.Comment(a, w.c(1), Content{Text: "Note"})
		return err
	}},
	{name: "conversationLabelsSet", on: KindConversation, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.c(1).Relabel(a, []*Label{w.label("urgent")})
	}},
	{name: "labelCreate", need: ScopeAdmin, do: func(_ *world, a *Act) (err error) {
		_, err = NewLabel(a, LabelPatch{Name: new("Urgent")}, 0)
		return err
	}},
	{name: "labelUpdate", need: ScopeAdmin, do: func(w *world, a *Act) error { return w.label("urgent").Update(a, LabelPatch{Name: new("Now")}) }},
	{name: "labelArchive", need: ScopeAdmin, do: func(w *world, a *Act) error { return w.label("urgent").Archive(a) }},
	{name: "inboxViewCreate for the account", need: ScopeAdmin, do: func(_ *world, a *Act) (err error) {
		_, err = NewInboxView(a, ViewAccount, nil, nil, ViewPatch{Name: new("All"), Filter: new("{}")}, 0)
		return err
	}},
	{name: "snippetUpdate for the account", need: ScopeAdmin, do: func(w *world, a *Act) error {
		return (&Snippet{AccountID: w.account.ID, ID: w.id(KindSnippet, "hi"), Name: "Hi", Text: "Hi"}).Update(a, SnippetPatch{Text: new("Hello")})
	}},
	{name: "ticketCreate", on: KindConversation, need: ScopeWrite, in: func(w *world) {
		w.cs.Ticket, w.c(1).TicketID = nil, nil
	}, do: func(w *world, a *Act) error {
		return w.cs.CreateTicket(a, w.c(1), TicketDraft{Name: "Printer", Status: w.status["new"]}, nil)
	}},
	{name: "ticketAddConversation", on: KindTicket, need: ScopeWrite, in: func(w *world) {
		w.loose = w.conversation("loose", "open")
		w.watch(w.loose)
	}, do: func(w *world, a *Act) error { return w.cs.AddConversation(a, w.loose, nil) }},
	{name: "ticketUpdate of a name", on: KindTicket, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.cs.Update(a, TicketPatch{Name: new("Scanner")}, nil)
	}},
	{name: "ticketUpdate of the status", on: KindTicket, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.cs.Update(a, w.patch("status", "done"), nil)
	}},
	{name: "ticketUpdate of the owner", on: KindTicket, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.cs.Update(a, w.patch("owner", "cleo"), nil)
	}},
	{name: "ticketStatusSet", on: KindTicket, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.cs.SetStatus(a, w.status["closed"])
	}},
	{name: "ticketAssign", on: KindTicket, need: ScopeWrite, do: func(w *world, a *Act) error {
		return w.cs.Assign(a, w.agents["cleo"])
	}},
	{name: "ticketTrash", on: KindTicket, need: ScopeWrite, do: func(w *world, a *Act) (err error) {
		_, err = w.cs.TrashTicket(a, true)
		return err
	}},
	{name: "conversationRestore", need: ScopeWrite, in: trashAll, do: func(w *world, a *Act) (err error) {
		_, err = w.cs.RestoreConversation(a, w.c(1))
		return err
	}},
	{name: "ticketRestore", need: ScopeWrite, in: trashAll, do: func(w *world, a *Act) (err error) {
		_, err = w.cs.RestoreTicket(a)
		return err
	}},
	{name: "attachmentCreate", need: ScopeChannel, do: func(_ *world, a *Act) (err error) {
		_, err = NewAttachment(a, "a.png", "image/png", 1)
		return err
	}},
	{name: "contactUpdate", need: ScopeWrite, in: func(w *world) { w.watch(w.contact) }, do: func(w *world, a *Act) error {
		return w.contact.Update(a, ContactPatch{SetName: true, ContactInput: ContactInput{Name: new("Zoë")}})
	}},
	{name: "contactUpsert", need: ScopeChannel, in: func(w *world) { w.watch(w.contact) }, do: func(w *world, a *Act) error {
		return w.contact.Overwrite(a, ContactInput{Name: new("Zoë")})
	}},
	{name: "contactUpsert of a new one", need: ScopeChannel, do: func(_ *world, a *Act) (err error) {
		_, err = NewContact(a, ContactInput{Email: new("new@contact.test")})
		return err
	}},
	{name: "messageDeliveryReport", need: ScopeChannel, in: func(w *world) {
		w.message = w.sent()
		w.watch(w.message)
	}, do: func(w *world, a *Act) error { return w.message.ReportDelivery(a, w.c(1), DeliverySent, nil, nil) }},
	{name: "ticketDetailLayoutSet for oneself", need: anybody, do: func(w *world, a *Act) error {
		l := &PropertyLayout{AccountID: w.account.ID, OwnerID: w.agents["ben"].ID, Scope: LayoutMine}
		return l.Set(a, []string{"name"}, nil)
	}},
	{name: "ticketDetailLayoutSet for the account", need: ScopeAdmin, do: func(w *world, a *Act) error {
		l := &PropertyLayout{AccountID: w.account.ID, OwnerID: w.account.ID, Scope: LayoutAccount}
		return l.Set(a, []string{"name"}, nil)
	}},
	{name: "accountUpdate", need: ScopeAdmin, in: func(w *world) { w.watch(w.account) }, do: func(w *world, a *Act) error {
		return w.account.Update(a, new("Other"), nil, nil)
	}},
	{name: "making an account", need: ScopeAdmin, in: func(w *world) {
		*w.account = Account{ID: w.account.ID}
	}, do: func(w *world, a *Act) (err error) {
		_, err = NewAccount(a, "other", "Other", PlanFree)
		return err
	}},
	{name: "agentCreate", need: ScopeAdmin, do: func(_ *world, a *Act) (err error) {
		_, err = NewAgent(a, "dan@demo.test", "Dan", RoleAgent)
		return err
	}},
	{name: "agentUpdate", need: ScopeAdmin, in: func(w *world) { w.watch(w.agents["cleo"]) }, do: func(w *world, a *Act) error {
		return w.agents["cleo"].Update(a, AgentPatch{Name: new("Cleopatra")}, 1)
	}},
	{name: "teamCreate", need: ScopeAdmin, do: func(_ *world, a *Act) (err error) {
		_, err = NewTeam(a, "Team", nil)
		return err
	}},
	{name: "teamUpdate", need: ScopeAdmin, do: func(w *world, a *Act) error {
		return (&Team{ID: w.id(KindTeam, "team"), Name: "Team"}).Update(a, new("Crew"), nil)
	}},
	{name: "inboxCreate", need: ScopeAdmin, do: func(_ *world, a *Act) (err error) {
		_, err = NewInbox(a, "Inbox", WorkspaceInbox, InboxPatch{})
		return err
	}},
	{name: "inboxUpdate", need: ScopeAdmin, in: func(w *world) { w.watch(w.support) }, do: func(w *world, a *Act) error {
		return w.support.Update(a, InboxPatch{Name: new("Help")})
	}},
	{name: "channelCreate", need: ScopeAdmin, do: func(w *world, a *Act) (err error) {
		_, err = NewChannel(a, w.support, ChannelChat, "Chat", nil)
		return err
	}},
	{name: "channelUpdate", need: ScopeAdmin, in: func(w *world) { w.watch(w.channel) }, do: func(w *world, a *Act) error {
		return w.channel.Update(a, new("Post"), nil)
	}},
	{name: "pipelineCreate", need: ScopeAdmin, do: func(_ *world, a *Act) (err error) {
		_, err = NewPipeline(a, "Third", 2, []StatusInput{{"Open", StateOpen}, {"Closed", StateClosed}})
		return err
	}},
	{name: "pipelineUpdate", need: ScopeAdmin, in: func(w *world) { w.watch(w.second) }, do: func(w *world, a *Act) error {
		return w.second.Rename(a, "Zweite")
	}},
	{name: "pipelineArchive", need: ScopeAdmin, in: func(w *world) { w.watch(w.second) }, do: func(w *world, a *Act) error {
		return w.second.Archive(a, 1)
	}},
	{name: "ticketStatusCreate", need: ScopeAdmin, do: func(w *world, a *Act) (err error) {
		_, err = w.second.AddStatus(a, StatusInput{"Later", StateOpen}, nil)
		return err
	}},
	{name: "ticketStatusUpdate", need: ScopeAdmin, in: watchStatuses, do: func(w *world, a *Act) error {
		return w.pipeline.UpdateStatus(a, w.status["waiting"], new("Wait"), nil)
	}},
	{name: "ticketStatusArchive", need: ScopeAdmin, in: watchStatuses, do: func(w *world, a *Act) error {
		return w.pipeline.ArchiveStatus(a, w.status["waiting"])
	}},
	{name: "propertyDefinitionCreate", need: ScopeAdmin, do: func(_ *world, a *Act) (err error) {
		_, err = NewProperty(a, "size", "Size", "", TypeNumber, nil, 0)
		return err
	}},
	{name: "propertyDefinitionUpdate", need: ScopeAdmin, in: watchProperty, do: func(w *world, a *Act) error {
		return w.defs[0].Update(a, new("Größe"), nil, nil)
	}},
	{name: "propertyDefinitionArchive", need: ScopeAdmin, in: watchProperty, do: func(w *world, a *Act) error {
		return w.defs[0].Archive(a)
	}},
}

func trashAll(w *world) {
	g := w.oldGroup()
	w.cs.Ticket.moveToTrash(g)
	w.c(1).moveToTrash(g)
}

func watchStatuses(w *world) {
	for _, s := range w.pipeline.Statuses {
		w.watch(s)
	}
}

func watchProperty(w *world) {
	w.defs = Definitions{{AccountID: w.account.ID, ID: w.id(KindProperty, "size"), Key: "size", Label: "Size", Type: TypeNumber, Version: 1}}
	w.watch(w.defs[0])
}

// sent is a message that waits for its channel.
func (w *world) sent() *Message {
	return &Message{
		AccountID: w.account.ID, ID: w.id(KindMessage, "m"), ConversationID: w.c(1).ID, ChannelID: w.channel.ID, InboxID: w.support.ID,
		Kind: Outgoing, Text: "Hello", Delivery: new(DeliveryQueued), Version: 1,
	}
}

// patch is a ticketUpdate that names a status or an agent as clients do, by public id.
func (w *world) patch(key, name string) TicketPatch {
	p := TicketPatch{Status: map[string]*TicketStatus{}, Owner: map[string]*Agent{}}
	var ref string
	if key == "status" {
		ref = w.status[name].Ref().String()
		p.Status[ref] = w.status[name]
	} else {
		ref = w.agents[name].Ref().String()
		p.Owner[ref] = w.agents[name]
	}
	p.Properties = []PropertyInput{{Key: key, String: &ref}}
	return p
}

// prepared is the world that the mutation works on.
func (m mutation) prepared(adjust ...func(w *world)) *world {
	w := newWorld()
	w.put("new", "open unread")
	if m.in != nil {
		m.in(w)
	}
	for _, f := range adjust {
		f(w)
	}
	return w
}
