# Checking a certificate without a network
offline-title = Offline check
offline-lead = Checks the signature in a certificate's symbol without a network. Open this page once while you have one: the browser keeps the page and the list of signing keys.
offline-limits = Offline, only this can be told: whether the signature is genuine, and what the symbol says. Whether the clinic is suspended, or the certificate superseded or revoked, takes the online check. Pictures and codes are read on your device and sent nowhere.
offline-comma = ,{" "}
offline-stop-sign = .

offline-without = The offline check needs a browser that runs this page's scripts.
offline-without-do = Yours does not run them, or is too old. With a network, scan the symbol on the certificate with your phone, or type its short code online. Without one, call the authority named on the certificate.
offline-without-online = Type a short code online

offline-state-keeping = Keeping this page and the list of keys…
offline-state-ready = Kept: this page opens without a network too. Its list of signing keys is of{" "}
offline-state-once = Signatures can be checked now, but your browser cannot keep this page: it will not open without a network.
offline-state-no-keys = There is no trusted list of signing keys, so signatures cannot be checked now. Please reload this page with a network.

offline-read = Read a symbol
offline-scan = Scan with the camera
offline-camera = What the camera sees
offline-stop = Stop the camera
offline-picture = Choose a photo or screenshot
offline-picture-hint = The whole symbol, sharp and without reflections.
offline-text = Or paste the symbol's address
offline-text-hint = It begins with https:// and ends in a long number; the number alone will do.
offline-check = Check the signature

offline-says = What the symbol says
offline-says-means = Compare each line with the certificate and the place. If one differs, do not seek treatment.
offline-says-copy = Copy
offline-says-purpose = Only for
offline-says-number = Filing number
offline-says-name = Clinic
offline-says-address = Address
offline-says-modes = Service modes
offline-says-region = Filed in
offline-says-issued = Issued on
offline-says-until = Good until
offline-says-key = Signing key
offline-checked-on = Signature checked on this device on{" "}
offline-checked-keys = , with the list of keys signed on{" "}
offline-checked-end = . Dates are judged by this device's clock.
offline-development = Demonstration keys: this is no real certificate.
offline-ask = Check the current status online
offline-no-network = There is no network now. Check the current status once there is.

offline-short-code = A short code can only be checked online.
offline-short-code-do = It carries no signature; only the register can look it up. Without a network, scan the symbol or paste its address.
offline-no-keys = There is no trusted list of signing keys, so the signature cannot be checked.
offline-no-keys-do = Please reload this page with a network and check again.
offline-no-code = No symbol was found in the picture.
offline-no-code-do = Please move closer, take the whole symbol sharp and without reflections or folds, and choose again.
offline-no-picture = This file is no picture, or it is damaged.
offline-no-picture-do = Please choose a photo or screenshot, such as JPG or PNG.
offline-no-camera = The camera did not open.
offline-no-camera-do = Please allow this page to use the camera in your browser, or choose a photo.
offline-nothing = Nothing was pasted.
offline-nothing-do = Please paste the symbol's address, then press Check the signature.

offline-how = How it is checked
offline-how-means = The symbol carries the filing authority's digital signature. This page checks it against the list of signing keys, which is signed by the root key below. If in doubt, compare the root key's fingerprint with the one that the authority published.
offline-root = Fingerprint of the root key:
