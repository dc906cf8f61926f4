//go:build linux

package main

import (
	"bytes"
	"fmt"
	"html"
)

// bar is one of the three of a line.
type bar struct {
	who, colour string
	value       float64
}

// chart draws the lines in which all three servers were compared, each to its own scale.
func chart(lines []tableRow) []byte {
	const width, left, row, gap = 760, 150, 22, 40
	var body bytes.Buffer
	y := 30
	for _, l := range lines {
		bars := []bar{{"raw loop", "#8a94a6", l.raw}, {"gqlgen's transport", "#d98324", l.stock}, {"Deskwire", "#2f6fde", l.ours}}
		if l.unit == "" || l.raw == 0 && l.stock == 0 { // a count is no cost
			continue
		}
		fmt.Fprintf(&body, `<text x="0" y="%d" font-weight="600">%s</text>`+"\n", y, html.EscapeString(l.name))
		y += 10
		for _, b := range bars {
			if b.value == 0 {
				continue
			}
			w := max(2, b.value/max(l.raw, l.stock, l.ours)*(width-left-110))
			fmt.Fprintf(&body, `<text x="%d" y="%d" text-anchor="end">%s</text><rect x="%d" y="%d" width="%.0f" height="%d" rx="2" fill="%s"/><text x="%.0f" y="%d">%s</text>`+"\n",
				left-8, y+15, html.EscapeString(b.who), left, y+3, w, row-6, b.colour, left+w+6, y+15, formatFigure(b.value, l.unit))
			y += row
		}
		y += gap - 10
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 %d %d" font-family="system-ui, sans-serif" font-size="13" fill="#30343b">
<rect x="-10" width="%d" height="%d" fill="#fff"/>
%s</svg>
`, width+20, y, width+20, y, body.String())
}
