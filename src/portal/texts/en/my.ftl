my-title = My clinics and filings
my-under-way = Under way
my-none = Nothing is under way.
my-clinics = My clinics
my-clinics-none = No clinic is filed yet.
my-telemedicine = telemedicine:{" "}
my-start = File a new clinic
my-start-means = Write it in several sittings; everything is kept, on another phone, too.
my-start-new = Start
my-start-guide = Read the guide first: conditions, materials, periods
my-ended = Ended
my-yours = It is your turn.
my-due = To be decided by { $day }.
my-updated = Updated { $at }
my-back-tasks = Back to the list of tasks
my-back-list = Back to the list
my-must = To be mended:{" "}
my-reminder = Reminder:{" "}
my-law = Legal basis
my-comma = ,{" "}
my-nothing = Not filled in
my-choose = Please choose
my-theirs = Saved elsewhere just now:{" "}
my-overtaken = This page was just changed elsewhere
my-overtaken-means = After you opened this page, somebody (perhaps you, in another window) changed the same answers. Below is what you typed; it is not saved yet. Where it differs, what was saved elsewhere is shown. Check it and save: what you save now will count.
my-overtaken-leave = Leave mine and use what is saved
my-saved = Saved.{" "}
my-saved-blocking = { $count ->
    [one] One thing
   *[other] { $count } things
 } on this page are still to be mended, now or later.
my-saved-reminding = { $count ->
    [one] There is one reminder
   *[other] There are { $count } reminders
 } on this page.
my-next = Next: { $name }
my-item = { $name }: no. { $number }
my-nth = No. { $number }
my-save = Save
my-cancel = Back without saving
my-kept = What you save is kept here; until you submit, only you can see it.
my-count = { $count } in all
my-copy = Copy
my-remove = Remove
my-add-staff = Add a person
my-add-rooms = Add a room
my-none-staff = No staff yet.
my-none-rooms = No rooms yet.
my-full = At most { $most }.
my-lead-staff = Physicians, nurses, pharmacists and technicians of the clinic; the principal, too, when he treats online.
my-lead-rooms = Room by room, as on the floor plan.
my-lead-premises = Areas are checked against the standards.
my-lead-online = Platform, security grade and supervision follow on the next pages.
my-plan = The rooms, drawn to scale
my-plan-total = Rooms { $rooms } m² in all; floor area { $floor } m².
my-plan-exceeds = The rooms take more than the floor area; please check.
my-status-done = Done
my-status-reminding = Done, { $count } reminders
my-status-optional = Optional
my-status-empty = Not started
my-status-wanting = { $count } to mend
my-number = ({ $count })
my-progress = { $done } of { $total } parts are done.
my-group-materials = Materials
my-materials = Upload materials
my-unchanged = What stays as it is
my-last = Check and submit
my-check = Check your answers
my-change = Change
my-correcting = Please correct what the notice asks for.
my-correcting-list = Item by item
my-open = { $count ->
    [one] One thing is
   *[other] { $count } things are
 } to be mended before submitting
my-open-first = Once everything above is mended, you can declare and submit here.
my-not-yours = The holder of the account signs in to check and submit.
my-warned = Please explain
my-warned-means = These do not stand in the way, but say why, for the officer who reviews.
my-reason = Reason
my-declare = Declare and submit
my-declared = I declare this
my-helped = An officer at the counter helped to fill in and submits this.
my-signed-by = Signed by
my-signed-by-hint = Name of the applicant, or the unit's legal representative.
my-submit-means = Once submitted it cannot be changed; the authority tells all corrections at once.
my-submit = Declare and submit
my-done = Submitted
my-done-number = Case number{" "}
my-done-next = What happens next
my-done-received = Received on { $day }.
my-done-due = The authority decides by { $day }.
my-done-correction = If corrections are needed, all of them are told at once, here under “My clinics and filings”.
my-done-issue = When all is well the certificate is issued; you can download and print it here.
my-done-phone = Telephone:{" "}
my-done-keep = Keep these
my-pdf = {" "}(PDF)
my-done-case = See where the case stands
