package billing

import "candor/models"

// The codes of what can be wrong with what comes in. The message that people read is
// error.<code> in the catalogue, with the placeholder {{.field}} and those named here.
const (
	codeBadJSON             = "bad_json"               // This is not valid JSON.
	codeBadUTF8             = "bad_utf8"               // This is not valid UTF-8.
	codeBadCursor           = "bad_cursor"             // This cursor is not from a list like this one.
	codeWrongType           = "wrong_type"             // {{.field}} must be {{.want}}.
	codeDuplicateMember     = "duplicate_member"       // {{.field}} is there twice.
	codeUnknownMember       = "unknown_member"         // {{.field}} is not known here.
	codeUnknownType         = "unknown_type"           // type must be customer, record or delete.
	codeRequired            = "required"               // {{.field}} is missing.
	codeTooLong             = "too_long"               // {{.field}} is longer than {{.max}} characters.
	codeTooManyFields       = "too_many_fields"        // {{.field}} has more than {{.max}} members.
	codeControlCharacter    = "control_character"      // {{.field}} holds a control character.
	codeBadReference        = "bad_reference"          // {{.field}} is not 1 to 128 of A–Z a–z 0–9 . _ : -
	codeBadTime             = "bad_time"               // {{.field}} is not an RFC 3339 time.
	codeTimeRange           = "time_out_of_range"      // {{.field}} is before 1900 or after 2199.
	codeUndeclaredCategory  = "undeclared_category"    // the data map does not declare this category.
	codeUndeclaredField     = "undeclared_field"       // the data map does not declare {{.field}}.
	codeCardData            = "card_data"              // {{.field}} is, or holds, payment card data.
	codeBadIBAN             = "bad_iban"               // {{.field}} is neither an IBAN nor one cut to country and last 4.
	codeBadLast4            = "bad_last4"              // {{.field}} is not exactly 4 digits.
	codeBadEmail            = "bad_email"              // {{.field}} is not an e-mail address.
	codeBadLocale           = "bad_locale"             // {{.field}} is not a BCP 47 tag.
	codeBadJurisdiction     = "bad_jurisdiction"       // {{.field}} is not an ISO 3166 code.
	codeReferenceMismatch   = "reference_mismatch"     // {{.field}} is not the one in the address.
	codeIDWithoutCategory   = "id_without_category"    // {{.field}} says which record, but not of which category.
	codeDocumentsUndeclared = "documents_not_declared" // the data map lets no record of this category have documents.
	codeBadFileName         = "bad_file_name"          // {{.field}} is not a plain file name.
	codeBadMediaType        = "bad_media_type"         // {{.field}} is not a media type.
	codeBadBase64           = "bad_base64"             // {{.field}} is not base64.
	codeDocumentTooLarge    = "document_too_large"     // {{.field}} is larger than {{.max}} bytes.
	codeTooManyDocuments    = "too_many_documents"     // {{.field}} lists more than {{.max}} documents.
	codeLineTooLong         = "line_too_long"          // this line is longer than {{.max}} bytes.
)

// What is asked for and is not there.
var (
	ErrUnknownRecord   = models.Fail(models.NotFound, "unknown_record")
	ErrUnknownDocument = models.Fail(models.NotFound, "unknown_document")
)

// ErrBadCursor says that the cursor was not made by a page of the same kind and order.
var ErrBadCursor = models.Fail(models.Malformed, codeBadCursor)

// invalid says which rule a field breaks. args are name, value pairs for the message.
func invalid(code, field string, args ...any) *models.Error {
	return models.Fail(models.Invalid, code, append([]any{"field", field}, args...)...).In(field)
}
