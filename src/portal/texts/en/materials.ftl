# Materials of a filing: uploaded, seen, removed
materials-title = Upload materials
materials-back = Back to the filing
materials-lead = PDF, JPEG and PNG are taken. You may photograph papers with a phone, and add several pages or files for one material. If the connection breaks off, the upload goes on by itself; if you come back later, choose the same file and it goes on where it stopped.
materials-lacking = { $required ->
    [one] One material is required, and it is missing.
   *[other] { $required } materials are required; { $lacking } missing.
}
materials-complete = { $required ->
    [one] The one required material is there.
   *[other] All { $required } required materials are there.
}
materials-none = This filing requires no material.
materials-no-type = Which materials are needed depends on the type of the clinic. Go back to the filing and choose it first.
materials-closed = The filing is “{ $stage }”. Its materials can be seen, not changed.
materials-there = Uploaded
materials-missing = Missing
materials-optional = Optional
materials-required = Required by law.
materials-may = May be added; the filing does not depend on it.
materials-held = The authorities hold this already; you need not send it.
materials-unasked = This filing does not ask for it; remove it if it is not needed.
materials-why = Why?
materials-basis = Legal basis:{" "}
materials-held-law = What an authority holds already must not be asked for again (State Council order 716, article 7).
materials-when-unit = Because the applicant is an organisation.
materials-when-leased = Because the premises are leased.
materials-when-owned = Because the premises are owned.
materials-when-staff = Because there are health staff beside the principal.
materials-when-medicines = Because the clinic keeps medicines.
materials-when-third = Because the system is built with a third party.
materials-added = Uploaded
materials-downloads = the name downloads it
materials-remove = Remove
materials-add = Upload this material
materials-more = Add a page or a file
materials-file = Choose files: { $name }
materials-file-hint = PDF, JPEG or PNG, each of at most { $largest }; several at once if you like.
materials-camera = Or take a photo now
materials-upload = Upload
materials-cancel = Cancel the upload
materials-half = “{ $name }” has not arrived whole: { $received } of { $size }. Choose the same file again and it goes on where it stopped; it is given up after 24 hours.
materials-done = { $count ->
    [one] One file was received.
   *[other] { $count } files were received.
}
materials-wrong-others = { $count ->
    [one] Another file was received and need not be sent again.
   *[other] { $count } other files were received and need not be sent again.
}
materials-continue = Enough for now; back to the filing

## While files are sent (shown by the script, which adds the percentage)
materials-js-waiting = Waiting
materials-js-sending = Uploading
materials-js-paused = Connection lost; paused. It goes on by itself when you are back online. Keep this page open.
materials-js-done = Received
materials-js-failed = Not uploaded
materials-js-sign-in = You are no longer signed in. What was sent is not lost: sign in in another window, then choose “Try again”.
materials-js-again = Try again
materials-js-changed = The file was changed or moved after it was chosen; choose it again.
