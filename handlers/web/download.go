package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/export"
	"candor/models/keys"
	"candor/models/store"
)

// Download is GET /download: what to put into an archive, and those asked for earlier.
func (w *Web) Download(c *fiber.Ctx) error {
	return w.showDownloads(c, http.StatusOK, downloadForm{}, frontend.DownloadOK)
}

// AskDownload is POST /download: an archive of all or of what is chosen, made in the background. Whoever signed in a
// while ago first shows that it is still them.
func (w *Web) AskDownload(c *fiber.Ctx) error {
	form := downloadForm{from: c.FormValue("from"), to: c.FormValue("to")}
	for _, key := range c.Context().PostArgs().PeekMulti("category") {
		form.categories = append(form.categories, string(key))
	}
	if w.SignIn.MustProve(session.From(c).Session) {
		return w.confirmFirst(c, form.target())
	}
	return w.makeDownload(c, form)
}

// downloadForm is what a person fills in to ask for an archive.
type downloadForm struct {
	categories []string
	from, to   string
}

// makeDownload asks for the archive, or shows the form again and says what is wrong with it.
func (w *Web) makeDownload(c *fiber.Ctx, form downloadForm) error {
	v := session.From(c)
	request := export.Request{Customer: v.Customer(), Locale: v.Words.Tag(), Categories: form.categories}
	var errFrom, errTo error
	request.From, errFrom = w.Date(form.from)
	request.To, errTo = w.Date(form.to)
	if errFrom != nil || errTo != nil {
		return w.showDownloads(c, http.StatusUnprocessableEntity, form, frontend.DownloadBadDate)
	}
	if !request.To.IsZero() {
		request.To = request.To.AddDate(0, 0, 1) // the day itself included
	}
	archive, err := w.Export.Ask(c.UserContext(), request)
	if problem, ok := downloadProblem(err); ok {
		return w.showDownloads(c, http.StatusUnprocessableEntity, form, problem)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/download/"+archive.ID, http.StatusSeeOther)
}

// downloadProblem says which of the form's problems an error is.
func downloadProblem(err error) (frontend.DownloadProblem, bool) {
	var e *models.Error
	if !errors.As(err, &e) {
		return "", false
	}
	switch e.Code {
	case "undeclared_category":
		return frontend.DownloadUnknown, true
	case "from_after_to":
		return frontend.DownloadDatesSwapped, true
	case "in_the_future":
		return frontend.DownloadBadDate, true
	case export.ErrRunning.Code:
		return frontend.DownloadAlreadyRunning, true
	default:
		return "", false
	}
}

func (w *Web) showDownloads(c *fiber.Ctx, status int, form downloadForm, problem frontend.DownloadProblem) error {
	v := session.From(c)
	held, err := w.Billing.Held(c.UserContext(), v.Customer())
	if err != nil {
		return err
	}
	archives, err := w.Export.List(c.UserContext(), v.Customer())
	if err != nil {
		return err
	}
	page := frontend.DownloadPage{Problem: problem, KeptFor: w.Export.Keep, From: form.from, To: form.to}
	for _, h := range held {
		if h.Records > 0 {
			page.Categories = append(page.Categories, frontend.DownloadCategory{
				Key: h.Category.Key, Label: h.Category.Label.In(v.Words.Tag()), Count: h.Records,
				Chosen: slices.Contains(form.categories, h.Category.Key),
			})
		}
	}
	for _, a := range archives {
		d, err := w.download(c, a)
		if err != nil {
			return err
		}
		page.Earlier = append(page.Earlier, d)
	}
	return w.Show(c, status, page)
}

func (w *Web) download(c *fiber.Ctx, a store.Archive) (frontend.Download, error) {
	d := frontend.Download{
		ID: a.ID, State: frontend.DownloadState(a.State), Done: a.Done, Total: a.Total, Bytes: a.Bytes,
		CreatedAt: a.CreatedAt, ExpiresAt: a.ExpiresAt,
	}
	request, err := w.Export.Requested(c.UserContext(), a)
	if errors.Is(err, keys.ErrDestroyed) { // expired: what it held is not known any more
		return d, nil
	}
	if err != nil {
		return d, err
	}
	d.From = request.From
	if !request.To.IsZero() {
		d.To = request.To.AddDate(0, 0, -1)
	}
	for _, key := range request.Categories {
		if category, ok := w.Map.In(c.UserContext()).Category(key); ok {
			d.Categories = append(d.Categories, category.Label.In(session.From(c).Words.Tag()))
		}
	}
	return d, nil
}

// DownloadStatus is GET /download/{id}: how far it is, as a page or, if asked for, as JSON.
func (w *Web) DownloadStatus(c *fiber.Ctx) error {
	archive, err := w.Export.Status(c.UserContext(), session.From(c).Customer(), strings.Clone(c.Params("id")))
	if err != nil {
		return err
	}
	c.Vary(fiber.HeaderAccept)
	if c.Accepts(fiber.MIMETextHTML, fiber.MIMEApplicationJSON) == fiber.MIMEApplicationJSON {
		return c.JSON(statusOf(archive))
	}
	d, err := w.download(c, archive)
	if err != nil {
		return err
	}
	flash := frontend.FlashNone
	if c.Query("done") == "confirmed" {
		flash = frontend.FlashConfirmed
	}
	return w.ShowWith(c, http.StatusOK, flash, frontend.DownloadStatusPage{Download: d})
}

type downloadStatus struct {
	State     string     `json:"state"`
	Done      int64      `json:"done"`
	Total     int64      `json:"total"`
	Bytes     int64      `json:"bytes"`
	ExpiresAt *time.Time `json:"expires_at"`
}

func statusOf(a store.Archive) downloadStatus {
	s := downloadStatus{State: a.State, Done: a.Done, Total: a.Total, Bytes: a.Bytes}
	if !a.ExpiresAt.IsZero() {
		s.ExpiresAt = &a.ExpiresAt
	}
	return s
}

// Archive is GET /download/{id}/archive.zip: the file, whole or from where a broken download stopped
// (RFC 9110, section 14).
func (w *Web) Archive(c *fiber.Ctx) error {
	customer, id := session.From(c).Customer(), strings.Clone(c.Params("id"))
	archive, err := w.Export.Status(c.UserContext(), customer, id)
	if err != nil {
		return err
	}
	if archive.State != export.StateReady {
		return export.ErrNotReady(archive.State)
	}
	if w.SignIn.MustProve(session.From(c).Session) {
		return w.confirmFirst(c, "/download/"+id)
	}
	etag := `"` + id + `"`
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Attachment("candor-archive.zip")
	c.Set(fiber.HeaderContentType, "application/zip")
	from, length, status := byteRange(c, archive.Bytes, etag)
	if status == http.StatusRequestedRangeNotSatisfiable {
		c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(archive.Bytes, 10))
		return c.SendStatus(status)
	}
	if status == http.StatusPartialContent {
		c.Set(fiber.HeaderContentRange, "bytes "+strconv.FormatInt(from, 10)+"-"+
			strconv.FormatInt(from+length-1, 10)+"/"+strconv.FormatInt(archive.Bytes, 10))
	}
	content, err := w.Export.Reader(c.UserContext(), customer, id, from, length)
	if err != nil {
		return err
	}
	return c.Status(status).SendStream(content, int(length))
}

// byteRange is the part of a file that is asked for. A range of several parts, or one made for
// another file, gives the whole, as RFC 9110 allows.
func byteRange(c *fiber.Ctx, size int64, etag string) (from, length int64, status int) {
	header := c.Get(fiber.HeaderRange)
	if condition := c.Get(fiber.HeaderIfRange); header == "" || (condition != "" && condition != etag) {
		return 0, size, http.StatusOK
	}
	r, err := c.Range(int(size))
	if err != nil {
		return 0, 0, http.StatusRequestedRangeNotSatisfiable
	}
	if r.Type != "bytes" || len(r.Ranges) != 1 {
		return 0, size, http.StatusOK
	}
	from = int64(r.Ranges[0].Start)
	return from, int64(r.Ranges[0].End) - from + 1, http.StatusPartialContent
}
