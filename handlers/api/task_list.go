package api

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// listTasks gives a page of what the calling system is asked to do, in the order of the log.
func (h *handler) listTasks(c *fiber.Ctx) error {
	after, limit, err := page(c)
	if err != nil {
		return err
	}
	seq := uint64(0)
	if after != "" {
		if seq, err = strconv.ParseUint(after, 10, 53); err != nil {
			return errBadCursor
		}
	}
	client, _ := c.Locals(clientKey{}).(string)
	tasks, err := h.Requests.PageTasks(c.UserContext(), client, strings.Clone(c.Query("state")), seq, limit)
	if err != nil {
		return err
	}
	list := struct {
		Tasks []taskJSON `json:"tasks"`
		Next  string     `json:"next_cursor,omitempty"`
	}{Tasks: make([]taskJSON, 0, len(tasks))}
	for _, t := range tasks {
		list.Tasks = append(list.Tasks, taskOf(t))
	}
	if n := len(tasks); n == limit {
		list.Next = cursor(strconv.FormatUint(tasks[n-1].Seq, 10))
	}
	return c.JSON(list)
}
