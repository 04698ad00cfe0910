"""What a refusal is about, by the registry's own codes and words.

The status says too little: registries answer 403 and 400 also for a rate limit, a full quota, a policy, or while they
are read-only. The words below were collected from public reports; tests/unit/registry/test_reasons.py
names one for each. All patterns are linear: no part of them can match one text in two ways.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal

Reason = Literal[
    "", "right", "immutable", "rate", "quota", "address", "account", "policy", "read-only", "type", "too-large"
]

# codes that mean one thing only, wherever they come from
_BY_CODE: Mapping[str, Reason] = {
    "TOOMANYREQUESTS": "rate",
    "TOO_MANY_REQUESTS": "rate",
    "TAG_ALREADY_EXISTS": "immutable",
    "IMAGETAGALREADYEXISTSEXCEPTION": "immutable",
    "IMAGEALREADYEXISTSEXCEPTION": "immutable",
    "IMMUTABLE": "immutable",
    "PROJECTPOLICYVIOLATION": "policy",
    "PROJECT_POLICY_VIOLATION": "policy",
    "LIMITEXCEEDEDEXCEPTION": "quota",
    "STORAGE_LIMIT_EXCEEDED": "quota",
}

# the first that is found counts. A missing right stands first, since its words often hold those of the others
_BY_WORDS: tuple[tuple[Reason, str], ...] = (
    (
        "right",
        r"\bnot authorized to\b|-based policy|\bpermission_denied\b"
        r"|\binsufficient[ _](?:scope|permission|privilege|right)"
        r"|\bpermission \"|\b(?:does not|doesn't|do not|don't) have (?:the |any |a )?(?:required |necessary )?"
        r"(?:permission|polic|role|scope|right|privilege|access)"
        r"|\blacks? [^.]{0,60}\b(?:permission|right|scope|role|privilege)"
        r"|\b(?:has|have) no (?:permission|right|scope|role|privilege)"
        r"|\bno [^.]{0,40}\bpolic(?:y|ies) (?:grants?|allows?)"
        r"|\brequires? (?:the |an? )?(?:role|permission|scope|privilege)"
        r"|\b(?:token|scope|credentials?|key|permissions?) (?:is|are|has|have)(?: only)? read[- ]?only"
        r"|\bread[- ]?only (?:\w+ )?(?:token|scope|credential|key|user|account|role|permission|access|right)"
        r"|\bnot (?:permitted|allowed) to (?:push|write|publish|upload|deploy)\b",
    ),
    ("rate", r"\brate limit|\btoo many requests|\btoomanyrequests|\brate exceeded|\bthrottl(?:ed|ing)\b"),
    (
        "quota",
        r"\bquota\b|\bwill exceed the configured|\bstorage limit|\blimit is \d+\b"
        r"|\bexceeds? the (?:storage|limit)\b(?! of \d+ (?:characters|bytes))"
        r"|\bout of storage|\bno space left|\binsufficient storage|\bmaximum (?:number|image) |\bspending limit",
    ),
    ("too-large", r"\btoo large\b"),
    (
        "address",
        r"\bip address\b[^;]{0,80}\b(?:blocked|banned|rejected|not (?:permitted|allowed|(?:white|allow)[- ]?listed))"
        r"|\bclient with ip\b|\bfirewall\b|\bnot allowed access\b|\bip allow ?list",
    ),
    (
        "account",
        r"\baccount (?:is |was |has been )?(?:temporarily )?(?:locked|suspended|disabled|blocked)"
        r"|\bpayment required|\bbilling\b(?!@)|\bsubscription (?:has )?expired"
        r"|\buser (?:is )?(?:locked|disabled|suspended)\b(?!-)",
    ),
    ("read-only", r"\bread[- ]?only\b|\bmaintenance\b|\bgarbage collection\b|\bproxy cache\b|\bpull[- ]through"),
    (
        "type",
        r"\bunsupported (?:media|manifest|artifact|config|layer)|\b(?:media|artifact|manifest|config) ?type\b[^.]{0,80}"
        r"\b(?:not (?:supported|allowed|recogni[sz]ed|permitted)|unsupported|unknown|disallowed|is invalid)"
        r"|\bunknown (?:media|artifact|manifest) type|\bmanifest schema (?:unsupported|version)",
    ),
    (
        "policy",
        # what a policy does: a page that explains one is named in refusals of all kinds
        r"\b(?:by|due to|violat\w*|against|with)\b[^.;]{0,60}\bpolic(?:y|ies)\b"
        r"|\bpolic(?:y|ies)\b[^.;]{0,60}\b(?:violat|block|prevent|forbid|prohibit|den(?:y|ied|ies)\b|reject|restrict|"
        r"does not|do not|not met|fail|enforc|requir)"
        r"|\bpolicy_|\bvulnerabilit|\bseverity\b[^.;]{0,60}\b(?:threshold|allowed|exceed|higher)"
        r"|\bscan(?:ned|ning| (?:is )?required)\b|\bunsigned\b"
        r"|\bnot signed|(?<!certificate )(?<!token )\bsignature (?:is )?(?:required|missing|verification)"
        r"|\bxray\b|\bblocked by\b|\bquarantine",
    ),
)
# repositories, addresses and media types that a registry repeats: they are names, whatever words they hold
_NAMES = r"[^\s\"'<>()]*/[^\s\"'<>()]*|'[^'\s]*'"
# says that the tag, the image or the asset may not be replaced
_SURE = (
    r"\bimmutab|\btag_already_exists|\bdoes not allow updating\b|\bprotected (?:container )?tag"
    r"|\bcannot be overwritten\b|\btag (?:is )?locked\b"
)
# says so where the tag is known to be there
_LIKELY = (
    r"\b(?:tag|image|manifest|artifact|asset|version)\b[^.]{0,160}\b(?:already exists|locked|protected|overwrit)"
    r"|\boverwrit(?:e|ing|ten)\b|\bcannot (?:be )?updated?\b|\boperation is disallowed\b"
)


_READ = 2000  # characters that are looked at: a refusal says what it is about in its first sentences


def reason(codes: Collection[str], words: str) -> Reason:
    """What a refusal with these codes, in upper case, and these words is about; "" where they do not tell."""
    for code in codes:
        if code in _BY_CODE:
            return _BY_CODE[code]
    if "NAME_INVALID" in codes:
        return ""
    said = re.sub(_NAMES, "…", words[:_READ])
    return next((found for found, pattern in _BY_WORDS if _says(said, pattern)), "")


def _says(words: str, pattern: str) -> bool:
    """Whether a pattern is found, in any case. They are compiled when a registry refuses, not when a run begins."""
    return re.search(pattern, words, re.IGNORECASE) is not None


def is_immutable(codes: Collection[str], words: str, *, exists: bool | None) -> bool:
    """Whether a tag was refused because it exists and may not move.

    `exists` is what was seen of the tag before, None where nobody looked: one that was not there is refused as
    immutable only by a code that says just that, since another push may have made it meanwhile.
    """
    words = words[:_READ]
    if any(_BY_CODE.get(code) == "immutable" for code in codes):
        return True
    if exists is False:
        return "TAG_INVALID" in codes and _says(words, _SURE)
    if _says(words, _SURE):
        return True
    if not exists or reason(codes, words):
        return False
    return "REGISTRY_DISALLOWED_OPERATION" in codes or _says(words, _LIKELY)
