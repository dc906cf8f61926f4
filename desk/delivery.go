package desk

// DeliveryState is how far an outgoing message has come.
type DeliveryState string

// The delivery states.
const (
	DeliveryQueued    DeliveryState = "QUEUED"
	DeliverySent      DeliveryState = "SENT"
	DeliveryDelivered DeliveryState = "DELIVERED"
	DeliveryFailed    DeliveryState = "FAILED"
)

// deliveryOrder is how far each state is. A message only goes on, and has two ends: it arrives or
// it fails.
var deliveryOrder = map[DeliveryState]int{DeliveryQueued: 0, DeliverySent: 1, DeliveryDelivered: 2, DeliveryFailed: 2}

// ReportDelivery records what a channel says about an outgoing message of the conversation. Reports
// arrive in any order: what is further than the last one is taken, what was overtaken changes
// nothing, and the other end than the one the message has come to is refused. The channel's first
// id of the message stays, from whichever report.
func (m *Message) ReportDelivery(act *Act, c *Conversation, state DeliveryState, detail, external *string) error {
	if err := act.By.CheckReceive(); err != nil {
		return err
	}
	if err := c.CheckChange(); err != nil {
		return err
	}
	if m.Kind != Outgoing {
		return Refuse(CodeDeliveryNotPossible, "Only outgoing messages have a delivery. Report on one of those.").At("messageId")
	}
	detail, err := OptionalText(detail, MaxText, "detail")
	if err != nil {
		return err
	}
	if external, err = OptionalText(external, MaxKey, "externalId"); err != nil {
		return err
	}
	was, is := deliveryOrder[*m.Delivery], deliveryOrder[state]
	if was == is && *m.Delivery != state {
		return Refuse(CodeDeliveryNotPossible, "This message is already %s, and that is final.", *m.Delivery).At("state")
	}
	changed := act.recordChange(m, MessageDeliveryReported, "", func() {
		setIfNil(&m.ExternalID, external)
		switch {
		case is > was:
			m.Delivery, m.DeliveryDetail = &state, detail
		case is == was && detail != nil:
			m.DeliveryDetail = detail
		}
		if *m.Delivery == DeliveryDelivered && m.DeliveredAt == nil {
			m.DeliveredAt = &act.Now
		}
	})
	if changed {
		act.Events[len(act.Events)-1].TicketID = c.TicketID
	}
	return nil
}
