package demo

import (
	"time"

	"deskwire/desk"
)

// Everybody and everything here is made up. Addresses end in .test or .example, where nobody can be
// reached.

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

var pinewoodProperties = []desk.PropertyDefinition{
	{Key: "orderNumber", Label: "Order number", Description: "As the web shop prints it.", Type: desk.TypeText},
	{Key: "product", Label: "Product", Description: "What it is about.", Type: desk.TypeOption, Options: []desk.PropertyOption{
		{Value: "TENTS", Label: "Tents"}, {Value: "BOOTS", Label: "Boots"}, {Value: "LAMPS", Label: "Lamps"}, {Value: "OTHER", Label: "Something else"},
	}},
	{Key: "causes", Label: "Causes", Description: "Why it happened, for the monthly review.", Type: desk.TypeOptions, Options: []desk.PropertyOption{
		{Value: "CARRIER", Label: "Carrier"}, {Value: "DEFECT", Label: "Defect"}, {Value: "PAYMENT", Label: "Payment"}, {Value: "WEBSITE", Label: "Website"},
	}},
	{Key: "refund", Label: "Refund", Description: "In euros.", Type: desk.TypeNumber},
	{Key: "boughtOn", Label: "Bought on", Description: "The warranty runs from here.", Type: desk.TypeDate},
	{Key: "underWarranty", Label: "Under warranty", Description: "Two years for gear, five for boots.", Type: desk.TypeBoolean},
	{Key: "escalatedTo", Label: "Escalated to", Description: "Who decides when we can't.", Type: desk.TypeAgent},
}

func propertyValue(key, v string) desk.PropertyInput { return desk.PropertyInput{Key: key, String: &v} }

func propertyValues(key string, vs ...string) desk.PropertyInput {
	return desk.PropertyInput{Key: key, List: &vs}
}

const tornTent = "Torn flysheet on a Ridge 2 tent"

var pinewoodStories = []story{
	{
		ago: 9 * day, channel: "mail", name: "Tomasz Wiśniewski", email: "t.wisniewski@kolej.example", subject: "Invoice without our VAT number",
		messages: []storyMessage{
			fromContact(0, "Good morning,\n\nthe invoice for order PW-20117 lacks our VAT number (PL 525 000 00 00). Our accountant can't book it like this. Could you send a corrected one?\n\nTomasz Wiśniewski"),
			agentReply(50*minute, "ben", "Good morning Tomasz,\n\nof course. The corrected invoice is on its way to this address, and the number is kept for your next orders.\n\nBen"),
			fromContact(3*hour, "Received, and everything is right now. Thank you for the quick help!"),
		},
		owner:  "ben",
		ticket: &storyTicket{"Corrected invoice for PW-20117", "Closed", desk.PriorityLow, []desk.PropertyInput{propertyValue("orderNumber", "PW-20117"), propertyValues("causes", "WEBSITE")}},
	},
	{
		ago: 7 * day, channel: "chat", name: "Mei-Ling Tan", email: "meiling.tan@harbour.example",
		messages: []storyMessage{
			fromContact(0, "hi, I never get the mail to reset my password"),
			agentReply(2*minute, "ben", "Hi Mei-Ling! I see three reset mails that your provider turned away. May I send it to another address?"),
			fromContact(minute, "oh. meiling.tan@harbour.example is my new one, the old one is gone"),
			agentReply(4*minute, "ben", "Changed, and the mail went to the new address."),
			fromContact(minute, "got it, I'm in. thanks!!"),
		},
		owner: "ben", closed: true,
	},
	{
		ago: 6 * day, channel: "mail", name: "Rank Rocket", email: "offers@rankrocket.example", subject: "Boost your shop to page ONE",
		messages: []storyMessage{fromContact(0, "Dear website owner, we checked your site and found 37 errors. Reply YES for a free report.")},
		trashed:  true,
	},
	{
		ago: 4*day + 2*hour, channel: "mail", name: "Amara Okafor", email: "amara.okafor@brightmail.example", subject: "Tent arrived torn",
		messages: []storyMessage{
			fromContact(0, "Hello,\n\nmy Ridge 2 came today and the flysheet has a tear of about 20 cm right at the door. We leave for the lakes on Saturday. What can we do?\n\nAmara Okafor, order PW-20431"),
			agentReply(40*minute, "ben", "Hello Amara,\n\nI'm sorry, that should have been seen before it left. Could you send a photo of the tear, so that the warehouse can tell whether it was the carrier?\n\nBen"),
			fromContact(25*minute, "Photo is attached to the order in my account now. It looks as if somebody cut the box open with a knife."),
			agentNote(10*minute, "ben", "Knife cut, clearly ours: the goods-in team opened the parcel. I'd send a new flysheet by express instead of waiting for the return."),
			agentNote(15*minute, "admin", "Agreed, do that. And give her the shipping costs back."),
		},
		owner: "ben",
		ticket: &storyTicket{tornTent, "Waiting on us", desk.PriorityHigh, []desk.PropertyInput{
			propertyValue("orderNumber", "PW-20431"), propertyValue("product", "TENTS"), propertyValues("causes", "DEFECT"), propertyValue("refund", "12.9"), propertyValue("underWarranty", "true"),
		}},
	},
	{
		ago: 3*day + 5*hour, channel: "chat", name: "Amara Okafor", email: "amara.okafor@brightmail.example",
		messages: []storyMessage{
			fromContact(0, "Hi, it's Amara with the torn tent. Is the new flysheet on its way? Saturday comes closer :)"),
			agentReply(6*minute, "ben", "Hi Amara! It is packed and leaves tonight by express. You'll have the tracking number by mail."),
			fromContact(2*minute, "Wonderful, thank you"),
		},
		owner: "ben", joins: tornTent,
	},
	{
		ago: 3 * day, channel: "shop", name: "Kenji Mori", email: "kenji.mori@studio-mori.example", subject: "Change of address for PW-20455",
		messages: []storyMessage{
			fromContact(0, "Please deliver PW-20455 to my studio instead: 4-12 Asahi-cho, second floor."),
			agentReply(20*minute, "admin", "Done, the carrier has the new address. It will come a day later, on Thursday."),
		},
		owner: "admin", closed: true,
	},
	{
		ago: 2*day + 3*hour, channel: "mail", name: "Luis Herrera", email: "luis.herrera@correo.example", subject: "Where is my order PW-20388?",
		messages: []storyMessage{
			fromContact(0, "Hola, the tracking of PW-20388 says \"handed to driver\" since last Tuesday. Is it lost?\n\nLuis Herrera"),
			agentReply(90*minute, "ben", "Hola Luis,\n\nI have asked the carrier to look for it. Could you check with your neighbours at number 14? Somebody signed there as \"Pilar\".\n\nBen"),
		},
		owner: "ben",
		ticket: &storyTicket{"Parcel PW-20388 not delivered", "Waiting on contact", desk.PriorityMedium, []desk.PropertyInput{
			propertyValue("orderNumber", "PW-20388"), propertyValues("causes", "CARRIER"),
		}},
	},
	{
		ago: 2 * day, channel: "sales", name: "Jonas Lindqvist", email: "jonas@scouts-vasa.example", subject: "40 tents for our scout group",
		messages: []storyMessage{
			fromContact(0, "Hi,\n\nwe are 80 scouts and need 40 two-person tents until May. Is there a price for groups, and can we see one tent first?\n\nJonas Lindqvist, Vasa scouts"),
			agentReply(4*hour, "cleo", "Hi Jonas,\n\nfor 40 Ridge 2 we can offer 20 % off, delivered in the week of 4 May. I'll send you one tent on loan, free of charge.\n\nCleo"),
			fromContact(20*hour, "That sounds great! The board meets on Monday, then I can say yes. Do the poles come in bags of their own?"),
		},
		owner: "cleo",
	},
	{
		ago: 30 * hour, channel: "mail", name: "Noah Feldmann", email: "noah@feldmann-family.example", subject: "Sole comes off my boots",
		messages: []storyMessage{
			fromContact(0, "Dear team,\n\nthe sole of the left boot (Moor GTX, size 44, bought two springs ago) comes off at the toe. They have walked maybe 300 km. Is that a case for the warranty?\n\nNoah Feldmann"),
			agentNote(50*minute, "ben", "Third Moor GTX of that batch this month. Ada, shall we take them all back?"),
		},
		ticket: &storyTicket{"Moor GTX: sole comes off", "New", desk.PriorityMedium, []desk.PropertyInput{
			propertyValue("product", "BOOTS"), propertyValue("boughtOn", "2024-04-06"), propertyValue("underWarranty", "true"), propertyValues("causes", "DEFECT"),
		}},
	},
	{
		ago: 26 * hour, channel: "sales", name: "Chiara Bianchi", email: "c.bianchi@rifugio-alto.example", subject: "Selling your lamps in our hut",
		messages: []storyMessage{
			fromContact(0, "Buongiorno,\n\nguests of our mountain hut ask for your Glow lamps all summer. Do you work with resellers?\n\nChiara Bianchi"),
			agentReply(2*hour, "cleo", "Buongiorno Chiara,\n\nwe do, from 24 lamps on. If you tell me your company number I can send our terms today.\n\nCleo"),
		},
		owner:  "cleo",
		ticket: &storyTicket{"Reseller terms for Rifugio Alto", "Waiting on contact", desk.PriorityLow, []desk.PropertyInput{propertyValue("product", "LAMPS")}},
	},
	{
		ago: 5 * hour, channel: "shop", name: "Priya Raman", email: "priya.raman@inbox.example", subject: "Payment taken twice",
		messages: []storyMessage{
			fromContact(0, "Your shop showed an error when I paid, so I tried again. Now my bank shows 189.00 twice, but I have one order only: PW-20502."),
			fromContact(40*minute, "My rent goes out tomorrow, so I really need one of the two back today. Please answer."),
		},
		ticket: &storyTicket{"Charged twice for PW-20502", "New", desk.PriorityUrgent, []desk.PropertyInput{
			propertyValue("orderNumber", "PW-20502"), propertyValue("refund", "189"), propertyValues("causes", "PAYMENT", "WEBSITE"),
		}},
	},
	{
		ago: 3 * hour, channel: "sales", name: "Grace O'Donnell", email: "grace.odonnell@lanternworks.example", subject: "Gift cards for our staff",
		messages: []storyMessage{fromContact(0, "Hello, can we buy 35 gift cards of 50 euros with our logo on them? We'd need them by the 12th.\n\nGrace O'Donnell\nLanternworks Ltd")},
	},
	{
		ago: 25 * minute, channel: "chat", name: "Aylin Demir", email: "aylin.demir@posta.example",
		messages: []storyMessage{
			fromContact(0, "Merhaba! My Glow lamp blinks red three times and goes out. The battery is new"),
			fromContact(3*minute, "is there a trick to reset it?"),
		},
	},
}

var northgateStories = []story{
	{
		ago: 3 * hour, channel: "api", name: "Ingrid Solheim", email: "ingrid.solheim@fjordpost.example", subject: "Two appointments on the same day",
		messages: []storyMessage{
			fromContact(0, "Hello, I got two confirmations for Wednesday, 9:00 and 14:30. I only need the later one. Can you cancel the other?"),
			agentReply(35*minute, "admin", "Hello Ingrid, the 9:00 is cancelled. See you on Wednesday at 14:30."),
			fromContact(10*minute, "Thank you! The reminder still shows both, though."),
		},
	},
}
