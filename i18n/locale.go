package i18n

// locale is how one language writes what is no message. The source is CLDR (the newest, where x/text still
// carries version 32), narrowed to one custom per language: "en" is written the British way, and Arabic uses
// Latin digits, as most Arabic billing does.
type locale struct {
	tag, name, dir string

	group, decimal string
	groupFrom      int    // digits from which numbers are grouped: Spanish and Polish leave 1234 alone
	minus          string // Arabic binds the sign to its number, lest it jump to the other end
	money          string // N is the number, C the currency
	bytes          [5]string

	months, shortMonths, monthNames [12]string // in a date; shortened in one; standing alone with a year
	date, shortDate, month          string     // D, M, Y: see date.go
	firstDay                        string     // how the first of a month is written, if not as a plain 1
	dateTime                        string     // date, time
	time                            string     // a time.Format layout
	comma, and                      string     // between items; before the last
	apart                           string     // between items that hold an "and" themselves
}

const (
	nbsp  = "\u00a0"
	nnbsp = "\u202f" // narrow: French thousands
	lrm   = "\u200e"
)

var (
	english    = [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	german     = [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
	french     = [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	spanish    = [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
	polish     = [12]string{"styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec", "lipiec", "sierpień", "wrzesień", "październik", "listopad", "grudzień"}
	polishOf   = [12]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"}
	arabic     = [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}
	latinBytes = [5]string{"B", "kB", "MB", "GB", "TB"}
)

var locales = [...]locale{
	{
		tag: "en", name: "English", dir: "ltr",
		group: ",", decimal: ".", groupFrom: 4, minus: "-", money: "CN", bytes: latinBytes,
		months: english, monthNames: english,
		shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"},
		date:        "D M Y", shortDate: "D M Y", month: "M Y", dateTime: "D, T", time: "15:04",
		comma: ", ", and: " and ", apart: ", ",
	},
	{
		tag: "de", name: "Deutsch", dir: "ltr",
		group: ".", decimal: ",", groupFrom: 4, minus: "-", money: "N" + nbsp + "C", bytes: latinBytes,
		months: german, monthNames: german,
		shortMonths: [12]string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"},
		date:        "D. M Y", shortDate: "0D.M.Y", month: "M Y", dateTime: "D, T", time: "15:04",
		comma: ", ", and: " und ", apart: ", ",
	},
	{
		tag: "fr", name: "Français", dir: "ltr",
		group: nnbsp, decimal: ",", groupFrom: 4, minus: "-", money: "N" + nbsp + "C",
		bytes:  [5]string{"o", "ko", "Mo", "Go", "To"},
		months: french, monthNames: french,
		shortMonths: [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
		date:        "D M Y", shortDate: "D M Y", month: "M Y", firstDay: "1er", dateTime: "D, T", time: "15:04",
		comma: ", ", and: " et ", apart: ", ",
	},
	{
		tag: "es", name: "Español", dir: "ltr",
		group: ".", decimal: ",", groupFrom: 5, minus: "-", money: "N" + nbsp + "C", bytes: latinBytes,
		months: spanish, monthNames: spanish,
		shortMonths: [12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
		date:        "D de M de Y", shortDate: "D M Y", month: "M de Y", dateTime: "D, T", time: "15:04",
		comma: ", ", and: " y ", apart: ", ",
	},
	{
		tag: "pl", name: "Polski", dir: "ltr",
		group: nbsp, decimal: ",", groupFrom: 5, minus: "-", money: "N" + nbsp + "C", bytes: latinBytes,
		months: polishOf, monthNames: polish,
		shortMonths: [12]string{"sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"},
		date:        "D M Y", shortDate: "D M Y", month: "M Y", dateTime: "D, T", time: "15:04",
		comma: ", ", and: " i ", apart: ", ",
	},
	{
		tag: "ar", name: "العربية", dir: "rtl",
		group: ",", decimal: ".", groupFrom: 4, minus: lrm + "-", money: "N" + nbsp + "C",
		bytes:  [5]string{"بايت", "كيلوبايت", "ميغابايت", "غيغابايت", "تيرابايت"},
		months: arabic, monthNames: arabic, shortMonths: arabic,
		date: "D M Y", shortDate: "D M Y", month: "M Y", dateTime: "D، T", time: "15:04",
		comma: " و", and: " و", apart: "، ",
	},
}
