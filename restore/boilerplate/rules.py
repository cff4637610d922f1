"""What page junk looks like by itself: named patterns that a whole block has to match.

The rules came from the page remains of spun articles on the open web: counters, share buttons,
comment prompts, image sizes, translation widgets, subscription lines, related links, cookie
notices, copyright lines, bylines, datelines. Prose that mentions cookies stays prose, and so does
speech: no rule matches what begins with a quotation mark.

`RULES` hold wherever a block stands. `WEAK` hold only beside an article: before its first sentence
or after its last.
"""

import re

_NO_SENTENCE = r"(?!.*\.\W{0,6}$)"
_NOT_SAID = r"(?!.*\b(?:said|says|told)\b)"
_YEAR = r"(?:1\d|20)\d\d"
_SITES = (
    "facebook|twitter|x|linkedin|pinterest|whatsapp|reddit|e?mail|instagram|telegram|tumblr|"
    "flipboard|youtube|messenger|google|link|sms|rss"
)
_SHARES = "share|tweet|pin|like|quote|reply|print|save|follow|copy"
_CONSENT = "experience|(?:web)?site|traffic|ads|consent|analytics|preferences|policy|accept|agree"
_COUNTED = (
    r"(?:share|view|like|comment|vote|read|rating|review|answer|follower|item|photo|message|"
    r"repl(?:y|ie)|retweet|favou?rite|star|subscriber|response|result)s?"
)
_PAGE = "article|page|post|story|blog|site|website|recipe|information|guide|content|video"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?"
_TIME = r"\d{1,2}(?:[:.]\d\d){1,2}\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?"
_ZONE = r"(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|IST|AEST|Z)\.?"
_DATE = (
    rf"(?:{_DAY}\s+)?(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR}"
    rf"|\d{{1,2}}[/.]\d{{1,2}}[/.](?:\d\d){{1,2}}|{_YEAR}-\d\d-\d\d)"
)
_MOMENT = rf"{_DATE}(?:(?:\s*[,|·–-])?(?:\s+at)?\s*(?:{_TIME})(?:\s*{_ZONE})?)?"
_AGO = r"(?:(?:\d+|an?|one|two)\s+(?:second|minute|min|hour|day|week|month|year)s?,?\s*)+ago"
_DATED = (
    r"(?:(?:first|originally|last|medically|fact)[ -])?(?:published|posted|updated|modified|edited|"
    r"created|released|reviewed|checked|asked|answered|added|submitted|start date|date|update)"
)
_NAME = r"(?-i:[A-Z][\w.’'-]*(?:,? (?:de|van|von|der|la|of|and|&|[A-Z][\w.’'-]*)){0,5})"
_AUTHOR = rf"(?:{_NAME}|admin|staff|editor|guest|[a-z]\w{{3,20}})"


def _whole(*alternatives: str) -> re.Pattern[str]:
    # bounded at both ends, or they would share a long run of signs in every way there is
    whole = rf"[^\w“‘\"']{{0,12}}(?:{'|'.join(alternatives)})\W{{0,12}}"
    return re.compile(whole, re.IGNORECASE)


RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "counter",
        _whole(
            rf"(?!{_YEAR}\W*$)(?!\d{{1,3}}\W*$)"  # a heading, a step
            r"(?<![$€£])(?![\d.,]+\s?[%°])"  # an amount
            r"\d[\d,.]*[km]?(?:\s+\d[\d,.]*[km]?)*"
            rf"(?:\s+(?:total )?{_COUNTED})?(?:\s+from \d+ {_COUNTED})?",
            r"\d[\d.]*\s*(?:/|out of)\s*5(?: stars?)?(?:\s*\(\s*[\d,]+ \w+\s*\))?",
            r"(?:total )?(?:view|vote|post|message|word count|read|hit|share|like|repl(?:y|ie))s?"
            r"\s*:"
            r"\s*\d[\d,.]*[km]?",
            r"viewed \d[\d,.]*[km]? times|\d+[- ]?min(?:ute)?s?(?: read| listen)",
            r"(?:estimated )?reading time.{0,30}",
            r"(?:page|slide|photo) \d+ of \d+",
            r"\d+ (?:thoughts|comments|responses|replies) (?:on|to) .{1,150}",
            rf"\d+% of (?:readers|people|users) .{{0,60}}(?:{_PAGE}).{{0,40}}helpful",
            r"[\d,]+ (?:people|readers|users) found this helpful",
            r"(?:overall )?rating: ?\d[\d.]*(?: ?(?:/|out of) ?\d+)?|(?<=[★☆⭐])",
            r"#\d+|.{2,20} \$[\d,.]+ [-+]?[\d.]+%",
        ),
    ),
    (
        "image-size",
        _whole(
            r"\d{2,5}\s*[x×]\s*\d{2,5}(?:\s*px)?",
            r"[\w-]+\.(?:jpe?g|png|gif|webp|svg)",
        ),
    ),
    (
        "credit",
        _whole(
            rf"{_NO_SENTENCE}(?:image|photo|picture|photograph|photography|illustration|graphic)s?"
            r"(?:(?: credits?)?\s*:| by| via| courtesy(?: of)?:?|\s*/)\s+"
            rf"(?:{_NAME}|(?-i:[A-Z]).{{1,50}})",
            rf"{_NO_SENTENCE}credits?: {_NAME}",
            r"(?:image|photo|video) (?:caption|source|credit)(?:, .{1,40})?",
            r"(?:embed from )?getty(?: images?)?",
            r"(?:image|photo|video)(?=\W*\]|\)).?",
            r"(?:hide|toggle|show) caption|enlarge(?: this)? image|view image in full ?screen",
        ),
    ),
    (
        "comments",
        _whole(
            r"(?:in-site |facebook |disqus |view |see |show |hide |read |load |all |recent )*"
            r"comments?(?: \(\d+\)| (?:are )?(?:closed|off|disabled))?",
            r"leave (?:a|your) (?:reply|comment)(?: cancel reply)?",
            r"(?:post|add|write)(?: an?| your)?(?: public)? (?:comment|review|answer|reply)s?",
            r"your answer|(?:no comments|there are no (?:comments|reviews))(?: yet)?",
            r"be the first to (?:comment|review)(?: .{1,40})?",
            r"at least \d+ characters (?:are )?required",
            r"your email address will not be published.*",
            r"required fields are marked.*|(?:name|email|website) ?\*",
            r"save my name.{0,40}email.{0,80}",
            r"notify me of (?:new|follow).{0,60}",
            r"please enter your (?:comment|name|email).{0,40}",
            r"(?:please )?log ?in to (?:leave a )?(?:reply|comment).*",
            r"you must (?:be logged in|log in|be signed in|register).{0,60}",
            rf"(?:was|is|did you find) this (?:{_PAGE}) (?:helpful|useful|up to date).{{0,20}}",
            rf"(?:yes|no) this (?:{_PAGE}) is (?:not )?useful",
            rf"(?:report|flag) (?:an? )?(?:error|typo|problem|issue|abuse)"
            rf"(?: with this (?:{_PAGE}))?",
            rf"rate this (?:{_PAGE}|product|item|poem|book|film|quote)",
            r"share your (?:thoughts|opinion)(?: below)?|join the (?:conversation|discussion)",
            r"sort(?:ed)?(?: by)?\s*:.{0,40}",
            r"did you (?:make|try) this recipe",
            r"(?:still )?(?:have|got) (?:an?|any|more )?\s?questions\?|contact support",
            r"post as a guest|thread starter .{1,30}|be civil\..{0,60}|keep it clean\..{0,80}",
            r"display posts from previous.{0,10}|post by .{1,60}|welcome to the discussion",
            r"not (?:the answer|what) you[’']re looking for\?.{0,80}",
            r"improve this (?:question|answer)|can[’']t see the comments.{0,40}",
        ),
    ),
    (
        "share",
        _whole(
            r"(?:please )?(?:share|tweet|pin|like|follow|find|join|email|print)"
            r"(?: (?:this|us|it|on|with|your|friends|a friend|post|article|page|story"
            r"|via|options|or|and))*"
            rf"(?: (?:{_SITES}))*",
            rf"{_NO_SENTENCE}social share (?:buttons|icons).*",
            rf"(?:(?:{_SITES}|print)(?:\W+(?:{_SITES}|print))*)",
            rf"(?:{_SHARES})(?:(?:\W+| on )(?:{_SHARES}|{_SITES}))+",
            r"(?:click to )?(?:share|email|print|tweet)(?: this| on| via| a link| \w+){0,4}"
            r" \(opens in (?:a )?new window\)",
            r"view (?:more |all )?(?:share|sharing) options|sharing is caring",
            r"like loading|pin it(?: for later)?|forward to a friend|print friendly|share buttons?",
            r"share this (?:entry|link|news|video|recipe)",
            r"(?:don[’']t|do not) forget to (?:like|share|subscribe).{0,60}",
            rf"follow (?:me|us|him|her|them)(?: on)?(?:\W+(?:{_SITES}|or|and|for more|updates))+"
            r"(?:\W+check out my website)?",
        ),
    ),
    (
        "subscribe",
        _whole(
            r"(?:enjoy(?:ed)?|like|love) this (?:blog|post|article|page)(?:[?!].{0,80})?",
            r"(?:please )?(?:subscribe|sign up)"
            r"(?: (?:to|for|now|here|today|our|us|the|free|blog|via|email))*"
            r"(?: (?:newsletter|updates|channel))?",
            r"(?:subscribe|sign up) (?:to|for) our .{0,40}newsletter.{0,40}",
            rf"{_NOT_SAID}(?:get|join|want|receive|sign up|subscribe|register|stay)\b"
            r".{0,100}\b(?:newsletter|inbox|mailing list|by email|email alerts)\b.{0,40}",
            r"(?:enjoyed this|like what you read)\?.{0,80}|be the first to know\b.{0,80}",
            r"(?:enter )?your email(?: address)?",
            rf"{_NO_SENTENCE}subscribe to (?-i:[A-Z]).{{1,60}}",
            r"(?:already )?(?:a )?(?:subscriber|member)\? (?:sign|log) ?in.{0,20}",
            r"register (?:now|today) for (?:free|unlimited|full).{0,40}",
            r"unsubscribe(?: .{1,40})?|update (?:your )?subscription preferences",
            r"view this (?:email|message) in (?:your|a) browser",
            r"you are receiving this (?:email|message).{0,100}",
            r"our mailing address is",
            rf"if you (?:enjoyed|liked|like) this (?:{_PAGE}|essay),.{{0,80}}"
            r"\b(?:donat|subscrib|shar|support).{0,40}",
            r"(?:thank you! )?your (?:submission|message) has been (?:received|sent).{0,40}",
            r"oops! something went wrong.{0,60}",
        ),
    ),
    (
        "translate",
        _whole(r"translate", r"select (?:your )?language", r"powered by (?:google )?translate"),
    ),
    (
        "navigation",
        _whole(
            r"home|menu|search(?: for)?(?=\W*$)|categor(?:y|ies)|tags|archives?|site ?map"
            r"|breadcrumbs?",
            rf"{_NO_SENTENCE}(?:skip|jump) to(?: (?:main|the|primary|secondary))?"
            r" (?:content|navigation|search|recipe|comments|footer|menu|sidebar)",
            r"(?:toggle|open|close|show) (?:navigation|menu|search)",
            r"search this (?:site|website|blog)",
            r"your (?:cart|basket|bag) is (?:currently )?empty|(?:sign in / )?create account",
            r"become a member|browse by \w+|quick links|(?:new|recent) arrivals|register here",
            r"skip navigation|(?:back|return) to (?:top|blog|home|all \w+|results|list)|click here",
            r"(?:read|load|show|view|see) (?:more|all)(?: updates| posts| news| results)?",
            r"(?:previous|next)(?: (?:post|article|story|page|poem|chapter|recipe|photo|slide))?"
            r"|(?:older|newer) (?:posts|entries)",
            r"post navigation|(?:photo )?gallery(?: area)?|view (?:gallery|cart|deals?|basket)",
            r"(?:about|contact) us|privacy policy|cookie (?:policy|settings|notice|preferences)",
            r"terms (?:of (?:use|service)|and conditions|& conditions)|disclaimers?",
            r"log ?in|sign ?in|log ?out|my account"
            r"|(?:log ?in|sign ?(?:in|up)) or (?:register|sign up|log in)",
            r"(?:sign up|log in|sign in|continue) (?:using|with) (?:google|facebook|email|apple)",
            rf"{_NO_SENTENCE}home\s*[>»›/|→].{{1,150}}",
            rf"{_NO_SENTENCE}you are here\s*:.{{1,150}}",
            r"(?:book|request|schedule) (?:a|your) (?:free )?"
            r"(?:demo|quote|call|trial|consultation)",
            r"(?:ready to )?get started|text size|font size|a a a|from wikipedia, the free .{1,20}",
            r"sorry, (?:there are )?no .{0,40}results.{0,40}|an? (?:official )?website of .{1,60}",
            r"our standards: .{1,60}|a-z index|all systems operational",
            r"show key events only|entries rss|comments rss|modal title",
            r"(?:please )?(?:turn on|enable) javascript.{0,60}",
        ),
    ),
    (
        "tools",
        _whole(
            r"table of contents",
            r"shipping calculated at checkout|tax included.{0,60}|add to calendar",
            r"(?:cart|basket|bag)(?: ?\(\d+\))?|checkout"
            r"|add to (?:cart|basket|bag|wishlist|compare)",
            r"free shipping(?: on .{1,40})?|(?:availability: ?)?(?:in|out of) stock|sku: .{1,30}",
            r"start your free trial|(?:buy|order|shop|donate|apply) now|learn more",
            r"listen to (?:this )?(?:article|story)|all quotes delayed.{0,60}",
            r"(?:print|download|save|cite) (?:recipe|article|page|this (?:page|article))"
            r"|reprints (?:&|and) permissions|reuse this content|citations",
            r"[\w ,’'-]{1,40} cancel reply|select options",
        ),
    ),
    (
        "advert",
        _whole(
            r"(?:(?-i:A[Dd])|advert(?:isement)?)s?(?:\W+(?:continue|scroll|story|article)\b.{0,50})?",
            r"(?:story|article|content) continues (?:below|after).{0,40}",
            r"this content is imported from.{0,60}",
            r"sponsored (?:links?|content|posts?)(?: by \w+)?|promoted (?:stories|links)",
            rf"{_NOT_SAID}.{{0,60}}\b(?:may (?:contain|include|earn)|contains|has)\b.{{0,40}}"
            r"\b(?:affiliate|commission)\b.{0,80}",
        ),
    ),
    (
        "submission",
        _whole(
            rf"{_NO_SENTENCE}article submission .{{0,60}}",
            rf"{_NO_SENTENCE}(?:guest post|write for us|submit (?:an?|your) (?:article|tip|poem"
            r"|story|news tip|post)|submit articles)\b.{0,40}",
            r"got a (?:story|tip)\?.{0,80}",
        ),
    ),
    (
        "cookies",
        _whole(
            rf"{_NOT_SAID}(?:this|our) (?:web)?site uses cookies.{{0,200}}",
            rf"we use cookies(?:.{{0,150}}\b(?:{_CONSENT})\b.{{0,100}})?",
            r"accept (?:all )?cookies|(?:accept|reject) all|(?:manage|save) (?:my )?(?:preferences"
            r"|cookies|choices|consent)",
            r"by (?:continuing to (?:use|browse)|using) (?:this|our) (?:web)?site.{0,120}"
            r"(?:cookies|terms|policy).{0,80}",
            r"by (?:clicking|signing up|subscribing|registering|submitting)"
            r".{0,80}\bagree\b.{0,120}",
            r"\*? ?i (?:understand and )?agree (?:that|to)\b.{0,150}",
            r"we (?:value|respect) your privacy",
            r"we and our (?:\d+ )?partners\b.{0,200}",
        ),
    ),
    (
        "copyright",
        _whole(
            rf"(?:copyright\s+)?(?:©|\(c\)(?=.{{0,60}}\b{_YEAR}\b)).{{0,200}}",
            rf"(?:[\w’' ]{{1,40}}\W+)?(?:copyright\s+)?©\W*(?:{_YEAR})?.{{0,80}}",
            rf"copyright\s+(?:{_YEAR}|by)\b.{{0,200}}",
            rf"{_NO_SENTENCE}(?:proudly )?powered by [\w.]+(?: [\w.]+)?(?: [\d.]+)?",
            rf"{_NO_SENTENCE}(?:web)?site (?:by|design(?:ed)? by) {_NAME}",
            r"all rights reserved|this material may not be (?:published|reproduced).{0,100}",
            r"(?:all|this) (?:content|text|material) is (?:available|licen[cs]ed) under.{0,100}",
            r"(?-i:SOURCE):? .{1,60}|doi: ?10\.\S+|article source: .{1,120}"
            r"|retrieved from .{1,150}",
            r"use and distribution of this article.{0,80}",
            r"opinions expressed (?:by|in) .{1,60}\bown",
            r"disclaimer: .{0,120}\b(?:advice|purposes|opinion)\b.{0,80}",
            rf"(?:the information (?:presented|provided) here|this (?:{_PAGE})) is for .{{0,20}}"
            r"(?:informational|educational).{0,120}",
        ),
    ),
    (
        "tags",
        _whole(
            rf"{_NO_SENTENCE}(?:tags?|tagged|topics|filed (?:under|in)|categor(?:y|ies)|keywords"
            r"|posted in)\s*:\s*.{1,100}",
            r"(?:filed|posted) (?:under|in) (?-i:[A-Z])[\w, &]{1,60}",
        ),
    ),
    (
        "dateline",
        _whole(
            rf"{_DATED}(?:\s*:|\s+on|\s+by {_NAME} on)?\s+(?:{_MOMENT}|{_AGO})"
            rf"(?:\s+by {_AUTHOR})?(?:\s*[—–-] see all updates)?",
            rf"published (?:in|by) .{{1,50}} on {_MOMENT}",
            rf"(?:and )?(?:posted|published|last updated|updated)(?: at)? (?:{_TIME}),? {_DATE}",
            rf"{_DATE} by {_AUTHOR}",
            rf"posted (?:by {_AUTHOR} on {_MOMENT}|on {_MOMENT} in .{{1,40}})",
            rf"by {_NAME}\s+(?:published|updated|posted)?\s*{_MOMENT}",
            rf"joined:? {_MONTH} {_YEAR}",
            r"this article is more than \d+ (?:year|month)s? old",
            rf"this (?:{_PAGE}) was (?:last|first|originally)\b.{{0,20}}"
            rf"(?:edited|published|updated|posted).{{0,80}}",
        ),
    ),
    (
        "byline",
        _whole(
            rf"{_NO_SENTENCE}(?:written|posted|interview|reporting|reported|story|illustrations?|words"
            rf"|photographs?|photos|co-authored|edited|medically reviewed|author|contributor)"
            rf"(?: by|s? ?:) {_NAME}(?:\W+(?:edit|report)ing by {_NAME})*(?: on {_MOMENT})?",
            r"this (?:interview|conversation|transcript|article) (?:has been|was) (?:lightly )?"
            r"(?:edited|condensed|translated)\b.{0,60}",
            rf"reporting by {_NAME}(?:\W+(?:additional )?(?:edit|report)ing by {_NAME})+",
        ),
    ),
)
"""A name and the pattern that a whole block matches."""

WEAK: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dateline", _whole(_MOMENT, _AGO, rf"(?:{_TIME})\s*{_ZONE}", rf"{_MONTH} {_YEAR}")),
    (
        "byline",
        _whole(
            rf"by (?!.*\b(?:{_MONTH}|{_DAY})\b)(?-i:[A-Z][\w.’'-]*) {_NAME}(?:, .{{1,40}})?",
            rf"by {_NAME},? \S+@\S+|{_NAME}/{_NAME}",
            rf"(?-i:by) {_AUTHOR}|by (?:admin|staff)|an? (?:\w+ ){{1,2}}by {_NAME}",
            rf"(?-i:in) {_NAME}|(?:published|posted) in {_NAME}|\d+ min(?:ute)?s?",
            rf"{_NAME}, (?:staff|senior|news|sports|city)\b.{{0,30}}",
            r"(?:\w+ ){0,3}(?:staff|staff (?:reporter|report|writer)s?)|reuters"
            r"|associated press|afp",
            r"(?:senior |staff |guest )?(?:contributor|correspondent|editor|columnist)",
            r"about the (?:author|contributor)s?",
            r"news provided by|heard on .{1,40}|from the section .{1,30}|from: .{1,60}",
            r"(?!.*\bsaid\b).{3,60}\bis (?:an?|the) (?:\w+ ){0,2}(?:author|writer|editor|reporter"
            r"|journalist|columnist|freelancer?|blogger)\b.{0,150}",
        ),
    ),
    ("tags", _whole(rf"{_NO_SENTENCE}tagged .{{1,80}}", r"topics|tagged")),
    (
        "comments",
        _whole(
            r"[\w .’'-]{1,40} says:|repl(?:y|ies)|feedback|name|email|website|yes|no|maybe",
            r"thread starter .{1,30}|registered user|guest|anonymous",
        ),
    ),
    ("counter", _whole(r"\d{1,3}", rf"{_COUNTED} ?\(\d+\)", r"[-+]\d[\d.,]*%?|\$\d[\d.,]*")),
    (
        "navigation",
        _whole(
            rf"{_NO_SENTENCE}(?:view|see|read|explore|shop|watch|listen|download|embed|compare|next)"
            r"(?: \w+){0,2}",
            r"more(?: \w+){1,3}|recommended|sponsored|partner content|primary sidebar"
            r"|blogroll|meta",
            r"https?://\S+|www\.\S+",
        ),
    ),
)
"""The same, for blocks that stand before an article's first sentence or after its last."""

SIGNED = WEAK[:2]
"""Of these, who wrote an article and when."""

OPENS_TAIL = _whole(
    r"topics|tagged .{1,80}|related \w+",
    r"(?:\d+ )?(?:comments|reviews|reactions|responses)(?: ?\(\d+\))?",
    r"about (?:the|this) (?:author|contributor|writer|reporter)s?",
    r"more (?:from|in|on|by) .{1,40}|reader interactions|partner content|explore|trending",
    r"(?!.*\bsaid\b).{3,60}\bis (?:an?|the) (?:\w+ ){0,2}(?:author|writer|editor|reporter"
    r"|journalist|columnist|freelancer?|blogger)\b.{0,150}",
)
"""What a page may go on with below its article, if enough junk follows."""

ABOUT_AUTHOR = _whole(r"about (?:the|this) (?:author|contributor|writer|reporter|poet)s?")
"""A label after which a life stands."""

COUNTED = _whole(_COUNTED)
"""What a number counts that stands on the line above."""

LEADS_TO_LINK = _whole(
    r"(?:next|previous|related|recommended|more|similar|popular|latest|recent|top|trending|also)"
    r" (?:content|posts?|articles?|stor(?:y|ies)|reading|news|links?|topics?|products?|threads?"
    r"|videos?|interviews?)",
    r"(?:most|more) (?:read|popular|viewed|shared)(?: in .{1,30})?",
    r"more (?:from|on|in) (?:this|the|our|us|author|issue|\w+)(?: \w+){0,3}",
    r"also (?:from|in|on) (?:this |the )?[\w ]{1,30}",
    r"you (?:may|might) also (?:like|enjoy)|customers who bought .{1,40}",
    r"read (?:next|also|this next)|see also(?=:)|don[’']t miss|trending(?: now)?|up next",
    rf"{_NO_SENTENCE}more \w+ by {_NAME}",
    r"from around the web|recommended for you|editors?[’']?s? picks?|explore more",
)
"""A label after which titles of other articles stand."""

LINK = _whole(
    rf"{_NO_SENTENCE}(?:related|also read|read (?:more|also|next|this)|recommended|see also)"
    r"\s*:\s*\S.{1,120}",
    rf"{_NO_SENTENCE}(?-i:READ|NEXT|WATCH|MORE|LISTEN|Read|Watch)\s*:\s*(?-i:[A-Z0-9]).{{1,120}}",
    rf"{_NO_SENTENCE}(?-i:(?<!\w)[A-Z]).{{1,80}}\s*[→»›]",
)
"""A label and the title of another article in one."""
ARROW = re.compile(r"\s*[←«‹]\s*\S[^.]{1,80}")
