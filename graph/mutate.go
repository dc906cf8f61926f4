package graph

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/db/write"
	"deskwire/desk"
	"deskwire/graph/model"
)

// mutationOptions says how a mutation is to be run, beside what it is to do.
type mutationOptions struct {
	key        *string
	dryRun     *bool
	permission func(*desk.Actor) error // nil: see permissions
}

// mutate runs the mutation that the context is in; do is what it asks for. A refusal is
// part of the answer, and nothing has changed then.
func (r *Resolver) mutate(ctx context.Context, h mutationOptions, do func(context.Context, *write.Tx) error) (*model.Payload, error) {
	field := graphql.GetFieldContext(ctx).Field
	// As the client sent them, with sorted keys: absent and null stay apart.
	arguments, err := json.Marshal(field.ArgumentMap(graphql.GetOperationContext(ctx).Variables))
	if err != nil {
		return nil, err
	}
	permission := h.permission
	if permission == nil {
		permission = permissionOf(field.Name)
	}
	out, err := r.Store.Write(ctx, write.Write{
		By: PrincipalOf(ctx), Mutation: field.Name, Key: h.key, Arguments: arguments, DryRun: isSetTrue(h.dryRun), Permission: permission,
		Cursor: CursorOf(ctx),
	}, do)
	var refused *desk.Error
	if errors.As(err, &refused) {
		primeRefusal(ctx, refused)
		return refusedPayload(refused), nil
	}
	if err != nil {
		return nil, err
	}
	primeOutcome(ctx, out)
	noteWrite(ctx, out.Wrote)
	return &model.Payload{Outcome: out, Refusals: []model.UserError{}}, nil
}

// refusedPayload is the payload of what is refused.
func refusedPayload(refused *desk.Error) *model.Payload {
	return &model.Payload{Outcome: &write.Outcome{Effects: []desk.Effect{}}, Refusals: []model.UserError{model.NewUserError(refused)}}
}

// keyOrNil gives the key of an optional id. An id of another kind becomes the zero id, which names
// nothing.
func keyOrNil(ref *desk.Ref, k desk.Kind) *desk.ID {
	if ref == nil {
		return nil
	}
	id := ref.As(k)
	return &id
}

func keysOfKind(refs []*desk.Ref, k desk.Kind) []desk.ID {
	ids := make([]desk.ID, len(refs))
	for i, ref := range refs {
		ids[i] = ref.As(k)
	}
	return ids
}

// optionalKeys is keysOfKind for a list that may be absent.
func optionalKeys(refs []*desk.Ref, k desk.Kind) *[]desk.ID {
	if refs == nil {
		return nil
	}
	ids := keysOfKind(refs, k)
	return &ids
}

// givenKeys are the keys of a list that may be absent; null is an empty one.
func givenKeys(refs graphql.Omittable[[]*desk.Ref], k desk.Kind) *[]desk.ID {
	if !refs.IsSet() {
		return nil
	}
	ids := keysOfKind(refs.Value(), k)
	return &ids
}

// givenText is a text that may be absent; null is an empty one, which what needs a text refuses.
func givenText(s graphql.Omittable[*string]) *string {
	if !s.IsSet() {
		return nil
	}
	t := textOrEmpty(s.Value())
	return &t
}

func textOrEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func isSetTrue(b *bool) bool { return b != nil && *b }

func propertyInputs(in []*model.TicketPropertyInput) []desk.PropertyInput {
	out := make([]desk.PropertyInput, len(in))
	for i, p := range in {
		out[i] = desk.PropertyInput{Key: p.Key, Clear: p.Value == nil}
		if p.Value != nil {
			out[i].String = p.Value.String
			if p.Value.List != nil {
				out[i].List = &p.Value.List
			}
		}
	}
	return out
}

func optionInputs(in []*model.PropertyOptionInput) []desk.PropertyOption {
	out := make([]desk.PropertyOption, len(in))
	for i, o := range in {
		out[i] = desk.PropertyOption{Value: o.Value, Label: o.Label}
	}
	return out
}

func optionalOptionInputs(in []*model.PropertyOptionInput) *[]desk.PropertyOption {
	if in == nil {
		return nil
	}
	out := optionInputs(in)
	return &out
}

func statusInputs(in []*model.TicketStatusInput) []desk.StatusInput {
	out := make([]desk.StatusInput, len(in))
	for i, s := range in {
		out[i] = desk.StatusInput{Name: s.Name, State: s.State}
	}
	return out
}

// contactPatch says which parts of a contact the client named.
func contactPatch(in model.ContactUpdateInput) desk.ContactPatch {
	return desk.ContactPatch{
		SetName: in.Name.IsSet(), SetEmail: in.Email.IsSet(), SetPhone: in.Phone.IsSet(), SetExternalID: in.ExternalID.IsSet(),
		ContactInput: desk.ContactInput{
			Name: in.Name.Value(), Email: in.Email.Value(), Phone: in.Phone.Value(), ExternalID: in.ExternalID.Value(),
		},
	}
}

// ownerInput says who is to own a new record, and whether the client said so: null is nobody.
func ownerInput(in graphql.Omittable[*desk.Ref]) desk.OwnerInput {
	return desk.OwnerInput{Set: in.IsSet(), ID: keyOrNil(in.Value(), desk.KindAgent)}
}

func startInput(in model.ConversationStartInput) write.StartConversation {
	start := write.StartConversation{
		ChannelID: in.ChannelID.As(desk.KindChannel), ContactID: keyOrNil(in.ContactID, desk.KindContact), Contact: in.Contact,
		Subject: textOrEmpty(in.Subject), Owner: ownerInput(in.OwnerID),
		AttachmentIDs: keysOfKind(in.AttachmentIds, desk.KindAttachment),
	}
	if in.Text != nil || in.HTML != nil || len(in.AttachmentIds) > 0 {
		c := desk.Content{Text: textOrEmpty(in.Text), HTML: in.HTML}
		start.Content = &c
	}
	return start
}
