package mailhtml

import (
	"slices"
	"strings"
)

// rule is what a style sheet declares for the elements that a selector fits.
type rule struct {
	selector
	declarations
	order int
	// open are for each step the places of the open elements that it fits, with all steps before
	// it.
	open [][]int
}

// ruleStep is a step of a rule.
type ruleStep struct {
	rule *rule
	step int
}

// maxRules bounds the rules of a mail, and maxMatching the work of finding those that fit: when it
// is spent, no style sheet counts any more. A large newsletter has 500 rules and needs some
// 100,000.
const (
	maxRules    = 4_000
	maxMatching = 1_000_000
)

// styleSheet are the rules of all style sheets of a mail, by a name that an element has to have.
type styleSheet struct {
	steps map[string][]ruleStep
	rules int
	// animates says whether there are steps of animations.
	animates bool
	work     int // how many steps and declarations have been looked at
}

// read adds the rules of a sheet that holds for sure, or may.
func (s *styleSheet) read(css string, holds certainty) {
	var blocks []certainty // of the blocks of rules that are open
	for css != "" {
		css = trimCSS(css)
		var prelude string
		var end byte
		switch {
		case strings.HasPrefix(css, "@"):
			prelude, end, css = cutCSS(css, ";{}")
		case len(blocks) > 0:
			prelude, end, css = cutCSS(css, "{}")
		default:
			prelude, end, css = cutCSS(css, "{")
		}
		now := holds
		if len(blocks) > 0 {
			now = blocks[len(blocks)-1]
		}
		switch {
		case end == '}' && len(blocks) > 0:
			blocks = blocks[:len(blocks)-1]
		case end != '{':
		case strings.HasPrefix(prelude, "@"):
			if block := conditionOf(withoutComments(prelude)); block != never {
				blocks = append(blocks, min(now, block))
				continue
			}
			s.animates = s.animates || strings.Contains(prelude, "keyframes")
			_, _, css = cutCSS(css, "}")
		default:
			var body string
			body, _, css = cutCSS(css, "}")
			s.addRules(withoutComments(prelude), parseDeclarations(body), now)
		}
	}
}

// trimCSS cuts off blanks and comments, and the marks of HTML comments, which mean nothing there.
func trimCSS(css string) string {
	for {
		before := len(css)
		css = strings.TrimLeft(css, blanks)
		css = strings.TrimPrefix(strings.TrimPrefix(css, "<!--"), "-->")
		if strings.HasPrefix(css, "/*") {
			css = css[cssTokenEnd(css, 0):]
		}
		if len(css) == before {
			return css
		}
	}
}

func (s *styleSheet) addRules(selectors string, d declarations, holds certainty) {
	if len(d) == 0 {
		return
	}
	var maybe declarations
	if strings.ContainsAny(selectors, ";{}!@") { // a browser drops it
		return
	}
	for selectors != "" && s.rules < maxRules {
		var one string
		one, _, selectors = cutCSS(selectors, ",")
		sel, ok := parseSelector(strings.Trim(one, blanks))
		if !ok {
			continue
		}
		r := &rule{selector: sel, declarations: d, order: s.rules, open: make([][]int, len(sel.steps))}
		if holds == possible || !sel.certain {
			if maybe == nil {
				maybe = d.revealing()
			}
			r.declarations = maybe
		}
		if len(r.declarations) == 0 {
			continue
		}
		s.rules++
		for i := range sel.steps {
			key := sel.steps[i].key()
			s.steps[key] = append(s.steps[key], ruleStep{r, i})
		}
	}
}

// maxNames is how many of the classes of an element count.
const maxNames = 64

// classesOf are the names in a class attribute.
func classesOf(class string) (names []string) {
	read := 0
	for name := range strings.FieldsSeq(class) {
		if read++; read > maxNames {
			break
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// match finds the steps that fit an element: those of rules that end at it, and those that go on to
// what is in it. Parent is the place of the element that it stands in.
func (s *styleSheet) match(name, id string, classes []string, parent int) (rules []*rule, goOn []ruleStep) {
	if s.rules == 0 {
		return nil, nil
	}
	find := func(key string) {
		steps := s.steps[key]
		if s.work > maxMatching {
			return
		}
		s.work += len(steps) + 1
		for _, at := range steps {
			switch {
			case !at.rule.steps[at.step].matches(name, id, classes) || !at.rule.reaches(at.step, parent):
			case at.step < len(at.rule.steps)-1:
				goOn = append(goOn, at)
			default:
				rules = append(rules, at.rule)
				s.work += len(at.rule.declarations)
			}
		}
	}
	if id != "" {
		find("#" + id)
	}
	for _, class := range classes {
		find("." + class)
	}
	find(name)
	find("*")
	slices.SortFunc(rules, func(a, b *rule) int {
		if a.weight != b.weight {
			return a.weight - b.weight
		}
		return a.order - b.order
	})
	return rules, goOn
}

// reaches says whether the steps before this one fit elements around the one in question.
func (r *rule) reaches(step, parent int) bool {
	if step == 0 {
		return true
	}
	around := r.open[step-1]
	return len(around) > 0 && (!r.child[step] || around[len(around)-1] == parent)
}

// combine is what sheets and the style attribute come to for an element.
func (s *style) combine(rules []*rule, own declarations) {
	for _, important := range []bool{false, true} {
		for _, r := range rules {
			s.apply(r.declarations, important)
		}
		s.apply(own, important)
	}
}
