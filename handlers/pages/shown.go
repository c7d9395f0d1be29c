package pages

import (
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/i18n"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/shown"
	"candor/models/store"
)

// Shown is what somebody had before their eyes, as pages show it again. file says where the exact text is of a part, which is
// called notice or wording.
func Shown(s shown.Shown, d ledger.Detail, languages []i18n.Language, file func(what string, p shown.Part) string) (*frontend.Shown, error) {
	out := &frontend.Shown{
		Chosen: chosen(d.Kind), Lines: frontend.ReadWording(s.Wording.Content),
		Parts: []frontend.ShownPart{part("notice", s.Notice, file), part("wording", s.Wording, file)},
	}
	if s.Notice.Absent != "" {
		return out, nil
	}
	for _, l := range languages {
		if l.Tag == d.Notice.Locale {
			out.Lang, out.Dir = l.Tag, l.Dir
		}
	}
	html, err := notice.HTML(s.Text.Body)
	out.Text = &frontend.NoticeText{
		Key: d.Notice.Key, Version: d.Notice.Version, Title: s.Text.Title, SHA256: s.Notice.Hash,
		HTML: template.HTML(html), //nolint:gosec // goldmark leaves raw HTML out
	}
	return out, err
}

func part(what string, p shown.Part, file func(what string, p shown.Part) string) frontend.ShownPart {
	out := frontend.ShownPart{What: what, Named: p.Named, Hash: p.Hash, Absent: string(p.Absent)}
	if p.Absent == "" {
		out.File = file(what, p)
	}
	return out
}

// chosen is the button that an entry's kind says was pressed.
func chosen(kind string) string {
	switch kind {
	case ledger.ConsentGiven, ledger.ConsentRenewed:
		return "give"
	case ledger.ConsentRefused, ledger.ConsentWithdrawn:
		return "withdraw"
	case ledger.ObjectionRaised:
		return "object"
	case ledger.ObjectionLifted:
		return "lift"
	default:
		return ""
	}
}

// Entry reads the number of an entry.
func Entry(text string) (seq uint64, ok bool) {
	seq, err := strconv.ParseUint(text, 10, 53)
	return seq, err == nil
}

// SendText sends the exact bytes that were shown, to be kept as a file named by their hash.
func SendText(c *fiber.Ctx, p shown.Part) error {
	if p.Absent != "" {
		return store.ErrNotFound
	}
	c.Attachment(p.Hash + ".txt")
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(p.Content)
}
