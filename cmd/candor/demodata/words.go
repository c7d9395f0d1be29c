package demodata

import "time"

// words are what the company and its staff write to and about customers of one language.
type words struct {
	bill, number, date, due, customer, period string
	description, quantity, price, amount      string
	base, usage, net, vat, total              string
	byDebit, byCard, byTransfer               string // %s: last 4 digits; the due date
	history, invented                         string
	comma                                     bool   // before decimals
	dates                                     string // a layout of package time

	settled  string // %s: the date
	arrears  string
	evidence string
	notes    []note
}

// note is what staff wrote down.
type note struct{ topic, role, text string }

// words are the account's; bills of Arabic readers are printed in English.
func (a *account) words() *words {
	all := map[string]*words{"en": english(), "de": german(), "fr": french(), "es": spanish(), "pl": polish(), "ar": arabic()}
	return all[a.p.home.locale]
}

func english() *words {
	return &words{
		bill: "Bill", number: "Bill number", date: "Date", due: "Due on", customer: "Customer number", period: "Period",
		description: "What", quantity: "Quantity", price: "Price", amount: "Amount",
		base: "Monthly price", usage: "Usage", net: "Net", vat: "VAT", total: "Total",
		byDebit: "We will collect the amount from your account ending in %s on %s.", byCard: "We will charge your card ending in %s on %s.",
		byTransfer: "Please transfer the amount with the bill number by %[2]s.",
		history:    "Your last twelve months", invented: "A demonstration: company, customer and amounts are invented.",
		dates: "2 January 2006",

		settled: "Paid in full on %s. Nothing is owed.", arrears: "Reminder sent. No answer yet.",
		evidence: "Letter seen by customer service. No copy is kept.",
		notes: []note{
			{"contract", "support", "Moved house. Wants to keep the plan; new address taken down and confirmed by e-mail."},
			{"bill", "billing", "Asked why the winter bill is higher. Explained the usage of each month; content with the answer."},
			{"payment", "billing", "Payment was late: the customer had changed banks. Friendly call, no fee charged."},
			{"technical", "technician", "Device checked on site, works as it should. Prefers appointments after 4 pm."},
			{"payment", "billing", "Paid twice by mistake. Second amount refunded, customer told by letter."},
			{"other", "support", "Hard of hearing: please write rather than call."},
		},
	}
}

func german() *words {
	return &words{
		bill: "Rechnung", number: "Rechnungsnummer", date: "Datum", due: "Fällig am", customer: "Kundennummer", period: "Zeitraum",
		description: "Leistung", quantity: "Menge", price: "Preis", amount: "Betrag",
		base: "Grundpreis", usage: "Verbrauch", net: "Netto", vat: "USt", total: "Gesamtbetrag",
		byDebit: "Wir buchen den Betrag von Ihrem Konto mit den Endziffern %s am %s ab.", byCard: "Wir belasten Ihre Karte mit den Endziffern %s am %s.",
		byTransfer: "Bitte überweisen Sie den Betrag unter Angabe der Rechnungsnummer bis zum %[2]s.",
		history:    "Ihre letzten zwölf Monate", invented: "Eine Vorführung: Unternehmen, Kunde und Beträge sind erfunden.",
		comma: true, dates: "02.01.2006",

		settled: "Vollständig bezahlt am %s. Es ist nichts mehr offen.", arrears: "Mahnung verschickt, noch keine Antwort.",
		evidence: "Schreiben lag dem Kundendienst vor; keine Kopie behalten.",
		notes: []note{
			{"contract", "support", "Umzug. Möchte den Tarif behalten; neue Anschrift aufgenommen und per E-Mail bestätigt."},
			{"bill", "billing", "Frage zur Höhe der Winterrechnung. Verbrauch der einzelnen Monate erklärt, zufrieden."},
			{"technical", "technician", "Gerät vor Ort geprüft, in Ordnung. Termine bitte erst nach 16 Uhr."},
			{"other", "support", "Wünscht Rechnungen zusätzlich auf Papier."},
		},
	}
}

func french() *words {
	return &words{
		bill: "Facture", number: "Numéro de facture", date: "Date", due: "À payer le", customer: "Numéro de client", period: "Période",
		description: "Prestation", quantity: "Quantité", price: "Prix", amount: "Montant",
		base: "Abonnement", usage: "Consommation", net: "Total HT", vat: "TVA", total: "Total TTC",
		byDebit: "Nous prélèverons ce montant sur votre compte finissant par %s le %s.", byCard: "Nous débiterons votre carte finissant par %s le %s.",
		byTransfer: "Merci de virer ce montant avec le numéro de facture avant le %[2]s.",
		history:    "Vos douze derniers mois", invented: "Une démonstration : société, client et montants sont inventés.",
		comma: true, dates: "02/01/2006",

		settled: "Payé en totalité le %s. Plus rien n’est dû.", arrears: "Rappel envoyé, pas encore de réponse.",
		evidence: "Lettre vue par le service client ; aucune copie gardée.",
		notes: []note{
			{"contract", "support", "Déménagement. Souhaite garder son offre ; nouvelle adresse notée et confirmée par e-mail."},
			{"bill", "billing", "Question sur la facture d’hiver. Consommation de chaque mois expliquée, satisfait."},
			{"technical", "technician", "Appareil vérifié sur place, tout va bien. Rendez-vous après 16 h de préférence."}, //nolint:misspell // French
		},
	}
}

func spanish() *words {
	return &words{
		bill: "Factura", number: "Número de factura", date: "Fecha", due: "Vence el", customer: "Número de cliente", period: "Periodo",
		description: "Concepto", quantity: "Cantidad", price: "Precio", amount: "Importe",
		base: "Cuota mensual", usage: "Consumo", net: "Base imponible", vat: "IVA", total: "Total",
		byDebit: "Cargaremos el importe en su cuenta terminada en %s el %s.", byCard: "Cargaremos el importe en su tarjeta terminada en %s el %s.",
		byTransfer: "Le rogamos que transfiera el importe con el número de factura antes del %[2]s.",
		history:    "Sus últimos doce meses", invented: "Una demostración: la empresa, el cliente y los importes son inventados.", //nolint:misspell // Spanish
		comma: true, dates: "02/01/2006",

		settled: "Pagado por completo el %s. No se debe nada.", arrears: "Recordatorio enviado, aún sin respuesta.",
		evidence: "Carta vista por atención al cliente; no se guarda copia.",
		notes: []note{
			{"contract", "support", "Mudanza. Quiere mantener su tarifa; nueva dirección anotada y confirmada por correo."},
			{"bill", "billing", "Preguntó por la factura de invierno. Se le explicó el consumo de cada mes; conforme."},
			{"other", "support", "Prefiere que le escriban a que le llamen."},
		},
	}
}

func polish() *words {
	return &words{
		bill: "Rachunek", number: "Numer rachunku", date: "Data", due: "Termin płatności", customer: "Numer klienta", period: "Okres",
		description: "Usługa", quantity: "Ilość", price: "Cena", amount: "Kwota",
		base: "Abonament", usage: "Zużycie", net: "Netto", vat: "VAT", total: "Do zapłaty",
		byDebit: "Pobierzemy kwotę z rachunku o końcówce %s dnia %s.", byCard: "Obciążymy kartę o końcówce %s dnia %s.",
		byTransfer: "Prosimy o przelew z numerem rachunku do dnia %[2]s.",
		history:    "Ostatnie dwanaście miesięcy", invented: "Pokaz: firma, klient i kwoty są zmyślone.",
		comma: true, dates: "02.01.2006",

		settled: "Zapłacono w całości %s. Nie ma zaległości.", arrears: "Wysłano przypomnienie, brak odpowiedzi.",
		evidence: "Pismo okazane w biurze obsługi; kopii nie zatrzymano.",
		notes: []note{
			{"contract", "support", "Przeprowadzka. Chce zachować taryfę; nowy adres zapisany i potwierdzony e-mailem."}, //nolint:misspell // Polish
			{"bill", "billing", "Pytanie o zimowy rachunek. Wyjaśniono zużycie w każdym miesiącu."},
			{"technical", "technician", "Urządzenie sprawdzone na miejscu, działa poprawnie. Wizyty po godzinie 16."},
		},
	}
}

func arabic() *words {
	w := english()
	w.settled = "سُدِّد بالكامل في %s. لا يوجد مبلغ مستحق."
	w.arrears = "أُرسل تذكير، ولا رد حتى الآن."
	w.evidence = "اطّلعت خدمة العملاء على الرسالة، ولم تُحفظ نسخة منها."
	w.notes = []note{
		{"contract", "support", "انتقل إلى سكن جديد ويريد الاحتفاظ بالباقة. سُجّل العنوان الجديد وأُكّد بالبريد الإلكتروني."},
		{"bill", "billing", "سؤال عن فاتورة الشتاء. شُرح استهلاك كل شهر."},
		{"other", "support", "يفضّل المراسلة باللغة العربية."},
	}
	return w
}

// date writes a day as the customer does.
func (w *words) on(t time.Time) string { return t.Format(w.dates) }
