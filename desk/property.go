package desk

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PropertyType is the type of a property's values.
type PropertyType string

// The property types.
const (
	TypeText     PropertyType = "TEXT"
	TypeNumber   PropertyType = "NUMBER"
	TypeBoolean  PropertyType = "BOOLEAN"
	TypeDate     PropertyType = "DATE"
	TypeDateTime PropertyType = "DATETIME"
	TypeOption   PropertyType = "OPTION"
	TypeOptions  PropertyType = "OPTIONS"
	TypeAgent    PropertyType = "AGENT"
	// Types that only built-in properties have.
	TypeStatus   PropertyType = "STATUS"
	TypePipeline PropertyType = "PIPELINE"
	TypeContact  PropertyType = "CONTACT"
)

// PropertyOption is one choice of an OPTION or OPTIONS property.
type PropertyOption struct {
	Value string `json:"value"` // what is stored; never changes
	Label string `json:"label"`
}

// PropertyDefinition describes a property of tickets: a built-in one, or one of the account's own.
type PropertyDefinition struct {
	AccountID   ID `bun:",pk"`
	ID          ID `bun:",pk"`
	Key         string
	Label       string
	Description string
	Type        PropertyType
	Options     []PropertyOption `bun:"type:jsonb"`
	ArchivedAt  *time.Time
	Version     int
	CreatedAt   time.Time

	Slot *string // the column of its values, for filters and orders; nil where there is none

	BuiltIn  bool `bun:"-"`
	ReadOnly bool `bun:"-"` // computed: D18
}

// Ref is the definition's public id. Built-in ones are known by their key.
func (d *PropertyDefinition) Ref() Ref {
	if d.BuiltIn {
		return Ref{Kind: KindProperty, ID: d.AccountID, Part: d.Key}
	}
	return Ref{Kind: KindProperty, ID: d.ID}
}

func (d *PropertyDefinition) revision() *int { return &d.Version }

func (d *PropertyDefinition) fields() []field {
	options := ""
	if len(d.Options) > 0 {
		b, _ := json.Marshal(d.Options)
		options = string(b)
	}
	return []field{
		textField("key", d.Key), textField("label", d.Label), textField("description", d.Description), textField("type", string(d.Type)),
		textField("options", options), timeField("archivedAt", d.ArchivedAt),
	}
}

// builtIns are the properties every ticket has.
var builtIns = []PropertyDefinition{
	{Key: "name", Label: "Ticket name", Type: TypeText},
	{Key: "status", Label: "Status", Type: TypeStatus},
	{Key: "pipeline", Label: "Pipeline", Type: TypePipeline, ReadOnly: true},
	{Key: "priority", Label: "Priority", Type: TypeOption},
	{Key: "owner", Label: "Owner", Type: TypeAgent},
	{Key: "createdAt", Label: "Created", Type: TypeDateTime, ReadOnly: true},
	{Key: "lastActivityAt", Label: "Last activity", Type: TypeDateTime, ReadOnly: true},
	{Key: "closedAt", Label: "Closed", Type: TypeDateTime, ReadOnly: true},
	{Key: "number", Label: "Number", Type: TypeNumber, ReadOnly: true},
	{Key: "contact", Label: "Contact", Type: TypeContact, ReadOnly: true},
}

// BuiltInProperties are the definitions of the built-in properties, for an account.
func BuiltInProperties(account *Account) []*PropertyDefinition {
	out := make([]*PropertyDefinition, len(builtIns))
	for i := range builtIns {
		d := builtIns[i]
		d.AccountID, d.BuiltIn, d.CreatedAt = account.ID, true, account.CreatedAt
		if d.Key == "priority" {
			for _, p := range Priorities {
				d.Options = append(d.Options, PropertyOption{Value: string(p), Label: strings.ToUpper(string(p[:1])) + strings.ToLower(string(p[1:]))})
			}
		}
		out[i] = &d
	}
	return out
}

// Definitions are the account's custom properties that are not archived.
type Definitions []*PropertyDefinition

// Key finds a definition by key, or nil.
func (ds Definitions) Key(key string) *PropertyDefinition {
	for _, d := range ds {
		if d.Key == key {
			return d
		}
	}
	return nil
}

func builtIn(key string) *PropertyDefinition {
	for i := range builtIns {
		if builtIns[i].Key == key {
			return &builtIns[i]
		}
	}
	return nil
}

// PropertyInput is a value on its way in: null clears; else one string, or a list of strings for
// OPTIONS.
type PropertyInput struct {
	Key    string
	Clear  bool
	String *string
	List   *[]string
	// Agents that AGENT values refer to, looked up by public id.
	Agents map[string]*Agent
}

// MaxProperties bounds the account's own properties, MaxOptions the choices of one.
const (
	MaxProperties   = 500
	MaxOptions      = 500
	maxPropertyText = 64 << 10
)

var propertyKey = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]{0,63}$`)

// NewProperty makes a custom property. Existing counts the account's definitions.
func NewProperty(act *Act, key, label, description string, t PropertyType, options []PropertyOption, existing int) (*PropertyDefinition, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	if !propertyKey.MatchString(key) {
		return nil, Refuse(CodeInvalidInput, "A key starts with a lower-case letter and contains only letters, digits and _, at most 64 characters.").At("key")
	}
	if builtIn(key) != nil {
		return nil, Refuse(CodeAlreadyExists, "The property %q is built-in. Choose another key.", key).At("key")
	}
	if slices.Contains([]PropertyType{TypeStatus, TypePipeline, TypeContact}, t) {
		return nil, Refuse(CodeInvalidInput, "Only built-in properties have this type. Choose another one.").At("type")
	}
	if existing >= MaxProperties {
		return nil, Refuse(CodeLimitReached, "An account can have at most %d properties of its own, including archived ones.", MaxProperties)
	}
	d := &PropertyDefinition{AccountID: act.By.Account.ID, ID: act.NewID(), Key: key, Type: t, CreatedAt: act.Now}
	if err := d.describe(&label, &description, &options); err != nil {
		return nil, err
	}
	act.recordCreated(d, PropertyCreated, "")
	return d, nil
}

func (d *PropertyDefinition) describe(label, description *string, options *[]PropertyOption) error {
	if label != nil {
		l, err := SingleLine(*label, MaxName, "label")
		if err != nil {
			return err
		}
		d.Label = l
	}
	if description != nil {
		t, err := Text(*description, maxPropertyText, "description")
		if err != nil {
			return err
		}
		d.Description = t
	}
	if options == nil && d.Version > 0 {
		return nil // they were checked by the limits of their time
	}
	had := len(d.Options)
	if options != nil {
		d.Options = *options
	}
	return d.checkOptions(had)
}

func (d *PropertyDefinition) checkOptions(had int) error {
	choice := d.Type == TypeOption || d.Type == TypeOptions
	switch {
	case !choice && len(d.Options) > 0:
		return Refuse(CodeInvalidInput, "Only properties of type OPTION and OPTIONS have options. Leave them out.").At("options")
	case choice && len(d.Options) == 0:
		return Refuse(CodeInvalidInput, "A property of this type needs at least one option.").At("options")
	case len(d.Options) > max(MaxOptions, had):
		return Refuse(CodeLimitReached, "A property can have at most %d options.", MaxOptions).At("options")
	}
	seen := map[string]bool{}
	d.Options = slices.Clone(d.Options)
	for i := range d.Options {
		o, at := &d.Options[i], strconv.Itoa(i)
		var err error
		if o.Value, err = SingleLine(o.Value, MaxName, "options", at, "value"); err != nil {
			return err
		}
		if o.Label, err = SingleLine(o.Label, MaxName, "options", at, "label"); err != nil {
			return err
		}
		if seen[o.Value] {
			return Refuse(CodeInvalidInput, "The option %q is listed twice. Remove one of them.", o.Value).At("options", at, "value")
		}
		seen[o.Value] = true
	}
	return nil
}

// Update changes how a property is called and which options it has. Values that
// tickets have stay, even of an option that is gone.
func (d *PropertyDefinition) Update(act *Act, label, description *string, options *[]PropertyOption) error {
	if err := d.checkChange(act); err != nil {
		return err
	}
	draft := *d
	if err := draft.describe(label, description, options); err != nil {
		return err
	}
	act.recordChange(d, PropertyUpdated, "", func() { *d = draft })
	return nil
}

// Archive takes a property out of use. The values stay with their tickets.
func (d *PropertyDefinition) Archive(act *Act) error {
	if err := d.checkChange(act); err != nil {
		return err
	}
	act.recordChange(d, PropertyArchived, "", func() {
		if d.ArchivedAt == nil {
			d.ArchivedAt = &act.Now
		}
	})
	return nil
}

func (d *PropertyDefinition) checkChange(act *Act) error {
	if d.BuiltIn {
		return Refuse(CodePropertyReadOnly, "Built-in properties cannot be changed or archived.")
	}
	return act.By.CheckAdmin()
}

// errRuled says that a property has rules of its own (status, owner).
var errRuled = errors.New("ruled")

// setProperty writes one property of a draft ticket; status and owner are left to their rules. What
// the ticket has already may always be sent back: an option that was removed, a property that is
// archived or computed, a limit that was lowered block nothing that stands.
func (t *Ticket) setProperty(defs Definitions, in PropertyInput) error {
	if t.has(in) {
		return nil
	}
	b := builtIn(in.Key)
	switch {
	case b == nil:
		return t.setCustom(defs, in)
	case b.ReadOnly:
		return Refuse(CodePropertyReadOnly, "The property %q is computed and cannot be written.", in.Key)
	case in.Key == "name":
		if in.String == nil {
			return Refuse(CodePropertyInvalid, "A ticket needs a name. Send it as a string.")
		}
		n, err := SingleLine(*in.String, MaxName*5)
		if err != nil {
			return err
		}
		t.Name = n
		return nil
	case in.Key == "priority":
		return t.setPriority(in)
	}
	return errRuled
}

func (t *Ticket) setPriority(in PropertyInput) error {
	if in.Clear {
		t.Priority = nil
		return nil
	}
	if in.String == nil || !slices.Contains(Priorities, Priority(*in.String)) {
		return Refuse(CodePropertyInvalid, "The priority must be LOW, MEDIUM, HIGH, URGENT or null.")
	}
	p := Priority(*in.String)
	t.Priority = &p
	return nil
}

// ruledProperty is what the properties of a patch say about status and owner, which have rules of
// their own.
type ruledProperty struct {
	status   *TicketStatus // nil keeps
	setOwner bool
	owner    *Agent
}

// readValue takes one property in, or refuses what its rule would refuse, before anything changes.
func (r *ruledProperty) readValue(t *Ticket, in PropertyInput, p TicketPatch) error {
	switch {
	case in.Key == "owner" && in.Clear:
		r.setOwner, r.owner = true, nil
		return nil
	case in.String == nil:
		return Refuse(CodePropertyInvalid, "The property %q needs one id, sent as a string.", in.Key)
	case in.Key == "owner":
		if r.setOwner, r.owner = true, p.Owner[*in.String]; r.owner == nil {
			return NotFound("agent")
		}
		if isOwner(t.OwnerID, r.owner) {
			return nil
		}
		return checkOwner(r.owner)
	}
	if r.status = p.Status[*in.String]; r.status == nil {
		return NotFound("status")
	}
	return t.checkTake(r.status)
}

// setValue follows the rules of what was read.
func (r *ruledProperty) setValue(act *Act, cs *Case) error {
	if r.status != nil {
		if err := cs.SetStatus(act, r.status); err != nil {
			return err
		}
	}
	if r.setOwner {
		return cs.Assign(act, r.owner)
	}
	return nil
}

// setCustom writes one custom property after its type.
func (t *Ticket) setCustom(defs Definitions, in PropertyInput) error {
	d := defs.Key(in.Key)
	if d == nil {
		if builtIn(in.Key) != nil {
			return Refuse(CodePropertyReadOnly, "The property %q has an argument of its own. Use that instead.", in.Key)
		}
		return Refuse(CodePropertyUnknown, "There is no property with this key. Check its spelling.")
	}
	if in.Clear {
		delete(t.Properties, d.Key)
		return nil
	}
	if in.blank(d.Type) {
		delete(t.Properties, d.Key)
		return nil
	}
	held, _ := t.Properties[d.Key].([]any)
	v, err := d.parseValue(in, held)
	if err != nil {
		return err
	}
	t.Properties[d.Key] = v
	return nil
}

// has says whether the value is the one that the ticket has. Of a ticket that is being made nothing
// is said by itself.
func (t *Ticket) has(in PropertyInput) bool {
	if t.Version == 0 {
		return false
	}
	d := builtIn(in.Key)
	if d == nil {
		d = &PropertyDefinition{Key: in.Key}
	} else if d = new(*d); d.ReadOnly {
		return false // D18
	}
	d.BuiltIn = builtIn(in.Key) != nil
	one, many := t.Value(d)
	switch {
	case in.Clear:
		return false
	case in.List != nil:
		return len(many) > 0 && slices.Equal(many, *in.List)
	}
	return one != nil && in.String != nil && *one == *in.String
}

// blank says whether nothing was typed: no text, blanks where blanks are no value, no options.
func (in PropertyInput) blank(t PropertyType) bool {
	switch {
	case in.List != nil:
		return t == TypeOptions && len(*in.List) == 0
	case in.String == nil || t == TypeOptions:
		return false
	case t == TypeText:
		return *in.String == ""
	}
	return Fold(*in.String) == ""
}

func atProperty(err error, i int) error {
	var e *Error
	if errors.As(err, &e) {
		e.Path = nil // rules that are shared name the argument that they have elsewhere
		return e.At("properties", strconv.Itoa(i), "value")
	}
	return err
}
