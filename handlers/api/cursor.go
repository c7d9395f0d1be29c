package api

import "encoding/base64"

// cursorMark begins every cursor, so that nothing else is taken for one.
const cursorMark = "after:"

// cursor names the last item of a page.
func cursor(last string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorMark + last))
}

func openCursor(text string) (string, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) <= len(cursorMark) || cursor(string(raw[len(cursorMark):])) != text {
		return "", errBadCursor
	}
	return string(raw[len(cursorMark):]), nil
}
