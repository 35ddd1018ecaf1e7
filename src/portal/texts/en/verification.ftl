# The pages that a scanned or typed code leads to
verification-title = Clinic filing check
verification-colon = :{" "}
verification-stop = .

## The verdict in a sentence
verification-said-valid = This clinic's filing is in force
verification-said-valid-not_filed = This clinic's filing is in force, but telemedicine is not filed
verification-said-valid-suspended = This clinic's filing is in force, but telemedicine is suspended
verification-said-unreadable = This is not a complete code
verification-said-unknown_format = Not the code of a clinic filing
verification-said-malformed = The code is damaged or altered
verification-said-unknown_key = Its issuer cannot be told
verification-said-key_out_of_scope = Its key may not sign for this region
verification-said-bad_signature = Wrong signature: it may be forged
verification-said-key_compromised = Its key is no longer trusted
verification-said-outside_validity = Outside its period of validity
verification-said-suspended = This clinic is suspended
verification-said-cancelled = This filing has been cancelled
verification-said-cancelled-close = This clinic has closed
verification-said-cancelled-move_away = This clinic has moved to another county
verification-said-cancelled-deem_closed = This clinic is deemed closed
verification-said-superseded = Version { $old } has been superseded by version { $new }
verification-said-status_stale = Good signature, current status not checked
verification-said-telemedicine_not_permitted = No telemedicine at present
verification-said-far_from_address = You are far from the filed address
verification-said-not_in_register = The register has no such certificate
verification-said-revoked = This filing has been revoked
verification-said-void = This certificate is void
verification-said-stopped = This clinic was ordered to stop practising
verification-said-mistyped = The short code was mistyped: type it again
verification-said-declared_lost = This certificate was declared lost
verification-said-copy_expired = This copy has expired
verification-said-copy_withdrawn = The clinic has withdrawn this copy
verification-said-delayed = The service is busy: nothing could be checked

verification-filed-with = Filed with { $authority }
verification-newer = See version { $version }, which is in force
verification-clinic = See this clinic in the register
verification-moved = Filed where it moved to
verification-moved-see = See the filing there

## When and how it was checked
verification-checked-at = Checked on { $at } Beijing time, with the data of that moment.
verification-checked-both = {" "}Signature and register were checked.
verification-checked-signature = {" "}The signature was checked; the register has no entry.
verification-checked-register = {" "}Looked up by short code, which carries no signature.
verification-checked-none = {" "}Not confirmed.
verification-not-checked-at = On { $at } Beijing time the register did not answer; nothing was checked. Please reload this page shortly. Without a network the signature can be checked:

## To compare
verification-copy = This is a copy of a certificate for one purpose
verification-copy-means = It serves only the purpose below, and only until its last day. It is not the certificate on the clinic's wall.
verification-compare = Does the certificate on the wall say the same?
verification-compare-copy = Does the copy that you were given say the same?
verification-compare-old = What this old version says (version { $version }, issued on { $on })
verification-compare-said = What this certificate says
verification-compare-how = Compare line by line. If one differs, do not seek treatment; report it, or call the supervision hotline.
verification-compare-old-means = This is not what is filed now; see the version in force.
verification-compare-said-means = To compare only: it does not mean that it is valid now.
verification-compare-nothing = The register has nothing to compare with.
verification-short = Short code of this certificate:
verification-short-copy = Short code of this copy:
verification-short-same = {" "}as printed beside the symbol.
verification-beyond = Beyond the certificate
verification-report = Report a difference (no login)

## Telemedicine
verification-physicians = Physicians who may treat online
verification-physicians-only = Stop at once if whoever treats you online is none of them in person.
verification-physician-online = may treat online
verification-know = Before you consult a doctor online

## In doubt
verification-doubt = In doubt?
verification-doubt-means = If a clinic misuses a certificate, or a scanned page asks for a login or a payment, report it, or call to check.
verification-call = Call the hotline
verification-phone = Supervision hotline:{" "}
verification-phone-none = Please ask the authority named on the certificate, or call 12345 or 12320.
verification-code = Code
verification-fake = Beware of false sites
verification-fake-only = The only official address is
verification-fake-type = : compare it with the address bar. If in doubt, do not scan. Type this address into your browser yourself, then the short code of the certificate or paper.
verification-fake-never = This page never asks for a login, a phone number, a passcode or a payment. Whoever asks is an impostor.
verification-form = Short code of a certificate or paper
verification-form-hint = The 12 letters and digits printed beside the symbol, in upper or lower case, with or without spaces and hyphens.
verification-form-send = Check

## Typing a short code
verification-find = Type in a short code
verification-find-why = If the symbol cannot be scanned, or you doubt the address it led to, open this address yourself:
verification-find-type = . Then type the short code here; it looks like ABCD-EFGH-JKLM.
verification-find-letters = Short codes have no digits 0 and 1 and no letters O and I. No short code on the certificate?
verification-find-clinics = Find the clinic by name or number
verification-find-offline = For places without a network, open this once beforehand:
verification-find-empty-title = Error: type a short code
verification-find-empty = No short code was typed.
verification-find-empty-do = Type the 12 characters printed beside the symbol, then press Check.

## Papers
verification-paper-title = Paper check
verification-paper-good = On record
verification-paper-bad = Not valid
verification-paper-unknown = Cannot tell
verification-paper-not-checked = On { $at } Beijing time the register did not answer; nothing was checked. Please reload this page shortly. If it is urgent, call whoever issued the paper.
verification-paper-compare = Does the paper in your hand say the same?
verification-paper-registered = The registered paper
verification-paper-how = Compare line by line.
verification-paper-hides = What the paper says is not shown here.
verification-paper-doubt = In doubt?
verification-paper-doubt-means = If something does not agree, or a paper asks you for a payment, call to check.
