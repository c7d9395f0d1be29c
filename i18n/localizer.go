package i18n

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// Localizer speaks one language, and tells times in one time zone. It is safe for concurrent use.
type Localizer struct {
	catalogue *Catalogue
	messages  *goi18n.Localizer
	locale    *locale
	zone      func() *time.Location
}

// Tag is the BCP 47 tag of the language, for lang attributes.
func (l *Localizer) Tag() string { return l.locale.tag }

// Dir is "ltr" or "rtl", for dir attributes.
func (l *Localizer) Dir() string { return l.locale.dir }

// In returns a localizer of the same language that tells times in the given zone; the first one is UTC.
func (l *Localizer) In(zone *time.Location) *Localizer {
	return l.InZoneOf(func() *time.Location { return zone })
}

// InZoneOf is In for a zone that may be another one later.
func (l *Localizer) InZoneOf(zone func() *time.Location) *Localizer {
	in := *l
	in.zone = zone
	return &in
}

// Zone is the time zone in which times are told.
func (l *Localizer) Zone() *time.Location { return l.zone() }

// T says a message, with pairs of a placeholder's name and its value. Strings go in as they are, integers as
// the language writes them, times as Date, what has a message of its own (MessageID), names a language (LanguageTag) or
// is there in several (In) in the reader's. The value named "count" also picks the plural form. What the
// language lacks is said in English; what English lacks too, by its id; a place without a value stays empty.
// It never panics and never fails: a page with one odd line serves its reader better than no page.
func (l *Localizer) T(id string, args ...any) string {
	v, count := l.values(id, args)
	text, err := l.messages.Localize(&goi18n.LocalizeConfig{
		MessageID: id, TemplateData: v, PluralCount: count, TemplateParser: parser{},
	})
	if err != nil {
		l.problem(id, err.Error())
	}
	for _, name := range v.missed {
		l.problem(id, "no value for {{."+name+"}}")
	}
	var missing *goi18n.MessageNotFoundErr
	if text == "" && errors.As(err, &missing) {
		return id
	}
	return text
}

// values formats the arguments of a T. The count is nil (no interface value) where none was given, as go-i18n wants it.
func (l *Localizer) values(id string, args []any) (v *values, count any) {
	v = &values{}
	if len(args) > 0 {
		v.byName = make(map[string]string, (len(args)+1)/2)
	}
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok || i+1 == len(args) {
			l.problem(id, "arguments are no pairs of name and value")
			break
		}
		v.byName[name] = l.format(args[i+1])
		if n, ok := integer(args[i+1]); ok && name == "count" && l.catalogue.plural[id] {
			count = n
		}
	}
	return v, count
}

func (l *Localizer) format(value any) string {
	if n, ok := integer(value); ok {
		return l.Number(n)
	}
	switch x := value.(type) {
	case string:
		return x
	case float64:
		return l.Decimal(strconv.FormatFloat(x, 'f', -1, 64))
	case time.Time:
		return l.Date(x)
	case []string:
		return l.List(x)
	case interface{ MessageID() string }:
		return l.T(x.MessageID())
	case interface{ LanguageTag() string }:
		return l.Language(x.LanguageTag())
	case interface{ In(tag string) string }:
		return x.In(l.Tag())
	case nil:
		return ""
	default:
		return strings.TrimSpace(fmt.Sprint(x))
	}
}

func integer(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	case uint32:
		return int64(n), true
	case uint64:
		return int64(min(n, 1<<63-1)), true
	}
	return 0, false
}

func (l *Localizer) problem(id, problem string) {
	if report := l.catalogue.Problem; report != nil {
		report(l.locale.tag, id, problem)
	}
}
