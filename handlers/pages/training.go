package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/training"
)

// trainingAlert is what a member of staff must do soon about what they must know; nil for nothing, and on the pages where
// it is done.
func trainingAlert(c *fiber.Ctx, v *session.Visitor) *frontend.TrainingAlert {
	if strings.HasPrefix(c.Path(), session.TrainingPath) {
		return nil
	}
	alert := &frontend.TrainingAlert{}
	for _, s := range v.Training() { // what is missing comes first, then what is due, the earliest first
		switch s.State {
		case training.Missing:
			alert.Missing++
		case training.Due:
			if alert.Due++; alert.Due == 1 {
				alert.Until = s.Until
			}
		case training.Current:
		}
	}
	if alert.Missing == 0 && alert.Due == 0 {
		return nil
	}
	return alert
}
