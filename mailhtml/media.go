package mailhtml

import "strings"

// certainty is how sure it is that a sheet, or a block of one, holds where the mail is read.
type certainty int

const (
	never certainty = iota
	possible
	certain
)

// screenWidth is that of the screen which a mail is read on: one of a desk.
const screenWidth = 1024

// conditionOf says whether the rules in a block hold, by what stands in front of it. Blocks of
// other things than rules never do.
func conditionOf(prelude string) certainty {
	name, condition, _ := strings.Cut(strings.ToLower(strings.TrimSpace(prelude)), " ")
	if bracket := strings.IndexByte(name, '('); bracket >= 0 {
		name, condition = name[:bracket], name[bracket:]+" "+condition
	}
	condition = strings.Join(strings.Fields(condition), " ")
	switch name {
	case "@media":
		return mediaHold(condition)
	case "@supports":
		if strings.HasPrefix(condition, "not") {
			return possible
		}
		return certain
	case "@layer":
		return certain
	case "@container", "@scope", "@starting-style":
		return possible
	}
	return never
}

// mediaHold says whether one of the queries of a list holds.
func mediaHold(list string) certainty {
	if strings.TrimSpace(list) == "" {
		return certain
	}
	holds := never
	for list != "" {
		var query string
		query, _, list = cutCSS(list, ",")
		holds = max(holds, queryHolds(strings.TrimSpace(query)))
	}
	return holds
}

// queryHolds says whether a query holds on a screen.
func queryHolds(query string) certainty {
	rest, negated := strings.CutPrefix(query, "not ")
	holds := certain
	for _, part := range strings.Split(strings.TrimPrefix(rest, "only "), " and ") {
		holds = min(holds, featureHolds(strings.TrimSpace(part)))
	}
	if negated {
		return certain - holds
	}
	return holds
}

func featureHolds(feature string) certainty {
	switch feature {
	case "all", "screen":
		return certain
	case "print", "speech", "tty", "tv", "projection", "handheld", "braille", "embossed", "aural":
		return never
	}
	name, value, _ := strings.Cut(strings.Trim(feature, "() "), ":")
	name, isDevice := strings.CutSuffix(strings.TrimSpace(name), "-device-width")
	isWidth := isDevice
	if !isDevice {
		name, isWidth = strings.CutSuffix(name, "-width")
	}
	l := parseLength(strings.TrimSpace(value))
	if !isWidth || !l.ok {
		return possible
	}
	switch {
	case name == "min" && l.pixels() <= screenWidth, name == "max" && l.pixels() >= screenWidth:
		return certain
	case name == "min" || name == "max":
		return never
	}
	return possible
}
