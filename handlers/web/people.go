package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
)

// People is GET /sign-in/people: whom to go on as, where several share an address.
func (w *Web) People(c *fiber.Ctx) error {
	people, err := w.SignIn.People(c.UserContext(), w.Sessions.Pending(c))
	if err != nil {
		return err
	}
	page := frontend.PeoplePage{}
	for _, p := range people {
		page.People = append(page.People, frontend.SharedPerson{Choice: p.Choice, Name: p.Name, Number: p.Number})
	}
	return w.Show(c, http.StatusOK, page)
}

// EnterAs is POST /sign-in/people.
func (w *Web) EnterAs(c *fiber.Ctx) error {
	entered, err := w.SignIn.EnterAs(c.UserContext(), w.Sessions.Pending(c), c.FormValue("person"))
	if err != nil {
		return err
	}
	return w.letIn(c, entered)
}
