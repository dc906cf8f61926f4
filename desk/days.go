package desk

import "time"

// Days are days counted from the present one, in somebody's time zone.
type Days string

// The days that filters know. Weeks begin on Monday, as ISO 8601 has them.
const (
	Yesterday Days = "YESTERDAY"
	Today     Days = "TODAY"
	Tomorrow  Days = "TOMORROW"
	LastWeek  Days = "LAST_WEEK"
	ThisWeek  Days = "THIS_WEEK"
	NextWeek  Days = "NEXT_WEEK"
	LastMonth Days = "LAST_MONTH"
	ThisMonth Days = "THIS_MONTH"
	NextMonth Days = "NEXT_MONTH"
)

// Bounds are the first day and the one behind the last, for who looks at their calendar now. They
// are dates: midnight in UTC.
func (d Days) Bounds(now time.Time, in *time.Location) (first, behind time.Time) {
	year, month, day := now.In(in).Date()
	date := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	monday := day - int(date(year, month, day).Weekday()+6)%7
	switch d {
	case Yesterday:
		return date(year, month, day-1), date(year, month, day)
	case Tomorrow:
		return date(year, month, day+1), date(year, month, day+2)
	case LastWeek:
		return date(year, month, monday-7), date(year, month, monday)
	case ThisWeek:
		return date(year, month, monday), date(year, month, monday+7)
	case NextWeek:
		return date(year, month, monday+7), date(year, month, monday+14)
	case LastMonth:
		return date(year, month-1, 1), date(year, month, 1)
	case ThisMonth:
		return date(year, month, 1), date(year, month+1, 1)
	case NextMonth:
		return date(year, month+1, 1), date(year, month+2, 1)
	}
	return date(year, month, day), date(year, month, day+1)
}

// DayBegins is the first moment of a date in a time zone. Where clocks go forward at midnight that
// is one o'clock, and where they go back it is the second midnight: the first one is followed by an
// hour of the day before.
func DayBegins(date time.Time, in *time.Location) time.Time {
	year, month, day := date.Date()
	at := time.Date(year, month, day, 0, 0, 0, 0, in)
	for range 4 * 25 { // a zone that has left out a whole day goes on with the next one
		if y, m, d := at.In(in).Date(); y > year || y == year && (m > month || m == month && d >= day) {
			break
		}
		at = at.Add(15 * time.Minute) // clocks are moved by quarters of an hour
	}
	return at
}

// TimeZone checks the name of a time zone, such as Europe/Berlin.
func TimeZone(name string, path ...string) (string, error) {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return "", Refuse(CodeInvalidInput, "This is not a time zone. Write it as the tz database does, such as Europe/Berlin or UTC.").At(path...)
	}
	return name, nil
}

// Location is the time zone of who acts; UTC for who has not said.
func (a *Actor) Location() *time.Location {
	if a.Agent == nil || a.Agent.TimeZone == nil {
		return time.UTC
	}
	in, err := time.LoadLocation(*a.Agent.TimeZone)
	if err != nil { // the tz database of this machine knows less
		return time.UTC
	}
	return in
}
