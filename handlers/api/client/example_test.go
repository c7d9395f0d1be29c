package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"candor/handlers/api/client"
)

// Ask before each use. Without an answer the data is not used.
func ExampleClient_May() {
	candor, err := client.New(client.Config{BaseURL: baseURL, ClientID: clientID, ClientSecret: clientSecret})
	if err != nil {
		log.Fatal(err)
	}
	decision, err := candor.May(context.Background(), client.Question{
		Customer: "cus_2001", Purpose: "usage_analytics", Category: "usage_detail",
	})
	if err != nil || !decision.Allowed {
		fmt.Println("not used:", decision.Reason)
		return
	}
	fmt.Println("used:", decision.Reason)
	// Output: not used: never_asked
}

// A rating run asks about many at once.
func ExampleClient_MayAll() {
	decisions, err := candor.MayAll(context.Background(), []client.Question{
		{Customer: "cus_2001", Purpose: "billing"},
		{Customer: "cus_2001", Purpose: "usage_analytics"},
		{Customer: "cus_nobody", Purpose: "billing"},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range decisions {
		fmt.Println(d.Allowed, d.Reason)
	}
	// Output:
	// true contract
	// false never_asked
	// false unknown_customer
}

// What is held is sent as it comes to be; sending it again changes nothing.
func ExampleClient_PutRecord() {
	ctx := context.Background()
	if err := candor.PutCustomer(ctx, "cus_2002", client.Customer{Name: "Ada Example", Locale: "de"}); err != nil {
		log.Fatal(err)
	}
	err := candor.PutRecord(ctx, "cus_2002", "invoices", "inv_1", client.Record{
		OccurredAt: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Source: "billing",
		Fields: map[string]string{"number": "2026-0001", "total": "8125", "currency": "EUR"},
	})
	fmt.Println(err)
	// Output: <nil>
}

// What is refused says which field is at fault, and changes nothing.
func ExampleProblem() {
	err := candor.PutRecord(context.Background(), "cus_2001", "invoices", "inv_2", client.Record{
		OccurredAt: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Source: "billing",
		Fields: map[string]string{"number": "4111 1111 1111 1111"},
	})
	if problem, ok := errors.AsType[*client.Problem](err); ok {
		fmt.Println(problem.Status, problem.Type, problem.Field)
	}
	// Output: 422 urn:candor:problem:card_data fields.number
}

// Send the browser of a customer who is signed in on your site to the link; it lets them in once.
func ExampleClient_Link() {
	link, err := candor.Link(context.Background(), client.Visit{Customer: "cus_2001", Locale: "de", ExpiresIn: 60})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(link.URL != "", link.ID != "")
	// Output: true true
}
