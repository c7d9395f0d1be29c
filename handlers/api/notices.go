package api

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candor/models/notice"
)

type textJSON struct {
	Title    string `json:"title"`
	Summary  string `json:"summary"`
	Body     string `json:"body"`
	SHA256   string `json:"sha256"`
	LogIndex uint64 `json:"log_index"`
}

type noticeJSON struct {
	Key         string              `json:"key"`
	Version     int                 `json:"version"`
	State       string              `json:"state"`
	EffectiveAt string              `json:"effective_at"`
	Material    bool                `json:"material"`
	Texts       map[string]textJSON `json:"texts"`
}

func (h *handler) noticeOf(n notice.Notice) noticeJSON {
	j := noticeJSON{
		Key: n.Key, Version: n.Version, State: h.Notices.State(n),
		EffectiveAt: instant(n.EffectiveAt), Material: n.Material, Texts: make(map[string]textJSON, len(n.Texts)),
	}
	for tag, t := range n.Texts {
		j.Texts[tag] = textJSON{Title: t.Title, Summary: t.Summary, Body: t.Body, SHA256: t.SHA256, LogIndex: t.Entry}
	}
	return j
}

// listNotices gives a page of the notices in force, in order of their keys.
func (h *handler) listNotices(c *fiber.Ctx) error {
	after, limit, err := page(c)
	if err != nil {
		return err
	}
	list := struct {
		Notices []noticeJSON `json:"notices"`
		Next    string       `json:"next_cursor,omitempty"`
	}{Notices: []noticeJSON{}}
	keys := h.Notices.Keys()
	start, found := slices.BinarySearch(keys, after)
	if found {
		start++
	}
	for _, key := range keys[start:] {
		n, err := h.Notices.Current(key)
		if errors.Is(err, notice.ErrUnknown) { // none of its versions is in force yet
			continue
		}
		if err != nil {
			return err
		}
		if !n.Intact() { // said by itself at its own path
			continue
		}
		if len(list.Notices) == limit {
			list.Next = cursor(list.Notices[limit-1].Key)
			break
		}
		list.Notices = append(list.Notices, h.noticeOf(n))
	}
	return c.JSON(list)
}

// notice gives the version of a notice that is in force.
func (h *handler) notice(c *fiber.Ctx) error {
	path, err := params(c, "key")
	if err != nil {
		return err
	}
	n, err := h.Notices.Current(path[0])
	if err != nil {
		return err
	}
	return h.sendNotice(c, n)
}

// noticeVersion gives one version of a notice.
func (h *handler) noticeVersion(c *fiber.Ctx) error {
	path, err := params(c, "key", "version")
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(path[1])
	if err != nil || strconv.Itoa(version) != path[1] {
		return notice.ErrUnknown
	}
	n, err := h.Notices.Version(path[0], version)
	if err != nil {
		return err
	}
	return h.sendNotice(c, n)
}

// sendNotice answers with a version, if it is what was published.
func (h *handler) sendNotice(c *fiber.Ctx, n notice.Notice) error {
	if !n.Intact() {
		return notice.ErrDamaged
	}
	return c.JSON(h.noticeOf(n))
}
