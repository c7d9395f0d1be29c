package frontend

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"candor/i18n"
)

// flowPicture is the drawing of a Flow, twice: across for wide screens and upright for phones. All
// coordinates are in CSS pixels; for languages written from the right they are mirrored.
type flowPicture struct {
	Across  flowAcross
	Upright flowUpright
}

// label is text set in lines, X and Y being where the first one stands.
type label struct {
	X, Y  int
	Lines []line
}

type line struct {
	X, Y int
	Text string
}

// newLabel sets text around the middle Y, breaking it after about width characters.
func newLabel(text string, x, middle, width, leading int) label {
	parts := wrap(text, width)
	y := middle - (len(parts)-1)*leading/2
	l := label{X: x, Y: y}
	for i, part := range parts {
		l.Lines = append(l.Lines, line{x, y + i*leading, part})
	}
	return l
}

// wrap breaks text at spaces into lines of about width characters. A longer word stays whole.
func wrap(text string, width int) []string {
	var lines []string
	current, length := "", 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		if current != "" && length+1+n > width {
			lines = append(lines, current)
			current, length = "", 0
		}
		if current != "" {
			current, length = current+" ", length+1
		}
		current, length = current+word, length+n
	}
	return append(lines, current)
}

// drawFlow draws the picture; nil where there is nothing to draw.
func drawFlow(f Flow, l *i18n.Localizer) *flowPicture {
	if len(f.Purposes) == 0 {
		return nil
	}
	g := newFlowGraph(f, l)
	return &flowPicture{Across: drawAcross(g), Upright: drawUpright(g)}
}

// flowGraph is a Flow as nodes of three columns and links between neighbours.
type flowGraph struct {
	l                               *i18n.Localizer
	categories, purposes, recipient []*flowNode
	in, out                         []flowLink
	mirrored                        bool
}

type flowNode struct {
	Ref
	basis  Basis
	active bool
	order  float64
	// links on either side; top and height are set by the layout.
	left, right int
	top, height int
}

func (n *flowNode) middle() int { return n.top + n.height/2 }

type flowLink struct {
	from, to *flowNode
	purpose  *flowNode
}

// newFlowGraph orders categories and recipients by the purposes that they meet, so that few bands cross.
func newFlowGraph(f Flow, l *i18n.Localizer) *flowGraph {
	g := &flowGraph{l: l, mirrored: l.Dir() == "rtl"}
	nobody := Ref{Label: l.T("flow.nobody")}
	categories, recipients := map[string]*flowNode{}, map[string]*flowNode{}
	for i, p := range f.Purposes {
		purpose := &flowNode{Ref: Ref{p.Key, p.Label}, basis: p.Basis, active: p.Active, order: float64(i)}
		g.purposes = append(g.purposes, purpose)
		for _, c := range p.Categories {
			from := meet(categories, &g.categories, c)
			from.order, from.right = from.order+float64(i), from.right+1
			purpose.left++
			g.in = append(g.in, flowLink{from, purpose, purpose})
		}
		to := p.Recipients
		if len(to) == 0 {
			to = []Ref{nobody}
		}
		for _, r := range to {
			recipient := meet(recipients, &g.recipient, r)
			recipient.order, recipient.left = recipient.order+float64(i), recipient.left+1
			purpose.right++
			g.out = append(g.out, flowLink{purpose, recipient, purpose})
		}
	}
	for _, n := range g.categories {
		n.order /= float64(n.right)
	}
	for _, n := range g.recipient {
		n.order /= float64(n.left)
		if n.Key == "" {
			n.order = float64(len(g.purposes))
		}
	}
	byOrder := func(a, b *flowNode) int { return cmp.Compare(a.order, b.order) }
	slices.SortStableFunc(g.categories, byOrder)
	slices.SortStableFunc(g.recipient, byOrder)
	return g
}

// meet finds a node by its key, or adds it.
func meet(known map[string]*flowNode, all *[]*flowNode, ref Ref) *flowNode {
	n, ok := known[ref.Key]
	if !ok {
		n = &flowNode{Ref: ref}
		known[ref.Key] = n
		*all = append(*all, n)
	}
	return n
}

// The measures of the picture across.
const (
	acrossWidth   = 1040
	acrossTop     = 44 // below the columns' headings
	band          = 8  // the width of a link
	gap           = 14 // between nodes
	sideLine      = 19 // line height of labels
	leftEdge      = 250
	boxLeft       = 420
	boxRight      = 640
	rightEdge     = 790
	sideCharacter = 29
	boxCharacter  = 25
)

type flowAcross struct {
	Width, Height          int
	Headings               [3]line
	Bands                  []flowBand
	Bars                   []flowBar
	Categories, Recipients []label
	Boxes                  []flowBox
}

type flowBand struct {
	Path   string
	Basis  Basis
	Active bool
}

type flowBar struct{ X, Y, Height int }

type flowBox struct {
	X, Y, Width, Height int
	Basis               Basis
	Active              bool
	Name                label
	// Under is the line below the name: the legal basis, or that it is not allowed.
	Under line
}

func drawAcross(g *flowGraph) flowAcross {
	for _, n := range slices.Concat(g.categories, g.recipient) {
		n.height = max((n.left+n.right)*band, len(wrap(n.Label, sideCharacter))*sideLine)
	}
	for _, n := range g.purposes {
		n.height = max(max(n.left, n.right)*band+8, len(wrap(n.Label, boxCharacter))*18+32)
	}
	height := max(columnHeight(g.categories), columnHeight(g.purposes), columnHeight(g.recipient))
	for _, column := range [][]*flowNode{g.categories, g.purposes, g.recipient} {
		place(column, height)
	}
	a := flowAcross{Width: acrossWidth, Height: acrossTop + height + 8}
	a.Headings = [3]line{
		{g.x(leftEdge - 14), 20, g.l.T("flow.data")},
		{g.x((boxLeft + boxRight) / 2), 20, g.l.T("flow.purpose")},
		{g.x(rightEdge + 14), 20, g.l.T("flow.recipient")},
	}
	a.Bands = append(g.bands(g.in, leftEdge+3, boxLeft), g.bands(g.out, boxRight, rightEdge-3)...)
	for _, n := range g.categories {
		a.Bars = append(a.Bars, flowBar{g.x(leftEdge) - 3, n.middle() - n.right*band/2, n.right * band})
		a.Categories = append(a.Categories, newLabel(n.Label, g.x(leftEdge-14), n.middle()+5, sideCharacter, sideLine))
	}
	for _, n := range g.recipient {
		a.Bars = append(a.Bars, flowBar{g.x(rightEdge) - 3, n.middle() - n.left*band/2, n.left * band})
		a.Recipients = append(a.Recipients, newLabel(n.Label, g.x(rightEdge+14), n.middle()+5, sideCharacter, sideLine))
	}
	for _, n := range g.purposes {
		a.Boxes = append(a.Boxes, g.box(n))
	}
	return a
}

// x mirrors a place where the language is written from the right.
func (g *flowGraph) x(x int) int {
	if g.mirrored {
		return acrossWidth - x
	}
	return x
}

func (g *flowGraph) box(n *flowNode) flowBox {
	middle := g.x((boxLeft + boxRight) / 2)
	name := newLabel(n.Label, middle, n.middle()-4, boxCharacter, 18)
	return flowBox{
		X: middle - (boxRight-boxLeft)/2, Y: n.top, Width: boxRight - boxLeft, Height: n.height,
		Basis: n.basis, Active: n.active, Name: name,
		Under: line{middle, name.Y + len(name.Lines)*18, g.under(n)},
	}
}

// under is what stands below a purpose's name.
func (g *flowGraph) under(n *flowNode) string {
	if !n.active {
		return g.l.T("flow.off")
	}
	return g.l.T("basis." + string(n.basis))
}

func columnHeight(nodes []*flowNode) int {
	height := (len(nodes) - 1) * gap
	for _, n := range nodes {
		height += n.height
	}
	return height
}

// place spreads a column's nodes over the height.
func place(nodes []*flowNode, height int) {
	free := height - columnHeight(nodes)
	y := acrossTop + free/(2*max(1, len(nodes)))
	for _, n := range nodes {
		n.top = y
		y += n.height + gap + free/max(1, len(nodes))
	}
}

// bands draws links between two columns. Where they leave and arrive they lie side by side in the
// order of their other ends.
func (g *flowGraph) bands(links []flowLink, x1, x2 int) []flowBand {
	links = slices.Clone(links)
	leaving, arriving := map[*flowNode]int{}, map[*flowNode]int{}
	count, countTo := map[*flowNode]int{}, map[*flowNode]int{}
	for _, link := range links {
		count[link.from]++
		countTo[link.to]++
	}
	start, end := map[int]int{}, map[int]int{}
	order := make([]int, len(links))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return links[a].to.top - links[b].to.top })
	for _, i := range order {
		n := links[i].from
		start[i] = n.middle() - count[n]*band/2 + leaving[n]*band + band/2
		leaving[n]++
	}
	slices.SortStableFunc(order, func(a, b int) int { return links[a].from.top - links[b].from.top })
	for _, i := range order {
		n := links[i].to
		end[i] = n.middle() - countTo[n]*band/2 + arriving[n]*band + band/2
		arriving[n]++
	}
	drawn := make([]flowBand, 0, len(links))
	for i, link := range links {
		middle := (x1 + x2) / 2
		drawn = append(drawn, flowBand{
			Path:  fmt.Sprintf("M%d %dC%d %d %d %d %d %d", g.x(x1), start[i], g.x(middle), start[i], g.x(middle), end[i], g.x(x2), end[i]),
			Basis: link.purpose.basis, Active: link.purpose.active,
		})
	}
	return drawn
}

// The measures of the picture upright: a map of lines, one a purpose, that stop where data is used.
const (
	uprightWidth     = 340
	lane             = 14
	firstLane        = 11
	rowLine          = 18
	uprightCharacter = 9 // wide in the boldest label, roughly
)

type flowUpright struct {
	Width, Height int
	Headings      []line
	Lanes         []flowLane
	Guides        []flowGuide
	Stops         []flowStop
	Rows          []label
	Purposes      []flowBox
}

type flowLane struct {
	X, Y1, Y2 int
	Basis     Basis
	Active    bool
}

type flowGuide struct{ X1, X2, Y int }

type flowStop struct {
	X, Y, R int
	Basis   Basis
	Active  bool
}

// upright lays out one row after the other, from the top.
type upright struct {
	*flowGraph
	picture flowUpright
	y       int
	lanes   map[*flowNode]*flowLane
}

func drawUpright(g *flowGraph) flowUpright {
	u := &upright{flowGraph: g, lanes: map[*flowNode]*flowLane{}}
	for i, n := range g.purposes {
		u.lanes[n] = &flowLane{X: u.at(firstLane + i*lane), Basis: n.basis, Active: n.active}
	}
	u.heading("flow.data")
	for _, n := range g.categories {
		u.row(n, g.in, func(l flowLink) bool { return l.from == n })
	}
	u.heading("flow.purpose")
	for _, n := range g.purposes {
		u.purpose(n)
	}
	u.heading("flow.recipient")
	for _, n := range g.recipient {
		u.row(n, g.out, func(l flowLink) bool { return l.to == n })
	}
	for _, n := range g.purposes {
		u.picture.Lanes = append(u.picture.Lanes, *u.lanes[n])
	}
	u.picture.Width, u.picture.Height = uprightWidth, u.y
	return u.picture
}

func (u *upright) at(x int) int {
	if u.mirrored {
		return uprightWidth - x
	}
	return x
}

// text is where labels begin.
func (u *upright) text() int { return firstLane + len(u.purposes)*lane + 4 }

func (u *upright) characters() int {
	return (uprightWidth - u.text()) / uprightCharacter
}

func (u *upright) heading(id string) {
	u.y += 26
	u.picture.Headings = append(u.picture.Headings, line{u.at(u.text()), u.y, u.l.T(id)})
	u.y += 12
}

// row adds a node and a stop on the lane of each purpose that a link of it belongs to.
func (u *upright) row(n *flowNode, links []flowLink, mine func(flowLink) bool) {
	middle := u.label(n.Label)
	for _, link := range links {
		if mine(link) {
			u.stop(link.purpose, middle, 5)
		}
	}
}

func (u *upright) label(text string) (middle int) {
	lines := len(wrap(text, u.characters()))
	height := max(30, lines*rowLine+12)
	middle = u.y + height/2
	u.picture.Rows = append(u.picture.Rows, newLabel(text, u.at(u.text()), middle+5, u.characters(), rowLine))
	u.guide(middle)
	u.y += height
	return middle
}

func (u *upright) guide(y int) {
	u.picture.Guides = append(u.picture.Guides, flowGuide{u.at(0), u.at(u.text() - 6), y})
}

func (u *upright) stop(purpose *flowNode, y, r int) {
	l := u.lanes[purpose]
	if l.Y1 == 0 {
		l.Y1 = y
	}
	l.Y2 = y
	u.picture.Stops = append(u.picture.Stops, flowStop{l.X, y, r, purpose.basis, purpose.active})
}

func (u *upright) purpose(n *flowNode) {
	lines := len(wrap(n.Label, u.characters()))
	height := lines*rowLine + 34
	middle := u.y + height/2
	name := newLabel(n.Label, u.at(u.text()), middle-4, u.characters(), rowLine)
	u.picture.Purposes = append(u.picture.Purposes, flowBox{
		Basis: n.basis, Active: n.active, Name: name,
		Under: line{u.at(u.text()), name.Y + lines*rowLine, u.under(n)},
	})
	u.guide(middle)
	u.stop(n, middle, 8)
	u.y += height
}
