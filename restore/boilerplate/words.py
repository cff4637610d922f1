"""What menus say, what every sentence says, and what a page says to its visitor."""

import re

MENU = frozenset(
    word.strip()
    for line in """
    about|about us|academics|accessibility|account|admissions|advertise|all|alumni|apply|archive
    articles|arts|athletics|authors|beauty|bedroom|biology|blog|books|brands|breaking news
    business|calendar|campus map|careers|cart|case studies|celebrity|classifieds|columnists
    columns|community|company|compare|contact|contact us|cooking|courts|cricket|crime|crosswords
    culture|current students|customers|deals|design|destinations|directory|docs|documentation
    donate|download|e-edition|economy|editorial|education|elections|embed|entertainment
    environment|essays|events|explore|faculty & staff|family|faq|faqs|fashion|features|fiction
    film|finance|food|football|forum|forums|freedom of information|future students|gallery|games
    garden|get started|gifts|give|give now|giving|guest post|guides|health|help|hire us|history
    home|ideas|images|insider|install|interviews|investors|jobs|kids|laptops|latest|latest news
    letters|library|lifestyle|listen|live|live tv|local|log in|login|magazine|market|markets|media
    membership|men|menu|metro|money|more|movies|music|nation|national|news|newsletter|newsletters
    newsroom|obits|obituaries|opinion|our team|parenting|partners|people|phones|photos|physics
    pictures|podcasts|poems|poets|politics|portfolio|press|press release|pricing|privacy|product
    products|profile|property|puzzles|quotes|radio|real estate|recipes|regional|register|research
    resources|reviews|roadmap|rugby|sale|sales|schools|science|search|sections|services|shop
    sign in|sign up|sitemap|society|solutions|space|sport|sports|staff|store|stories|study|style
    subscribe|support|sustainability|tables|tags|team|tech|technology|tennis|term dates|terms
    testimonials|top|topics|transcript|travel|trending|tutorials|tv|video|videos|visit|watch
    watchlist|weather|webinars|welcome|wellness|what's on|what’s on|whitepapers|women|world
    """.split("\n")
    for word in line.split("|")
    if word.strip()
)
"""What menus are made of, in lower case."""

STOP_WORDS = frozenset(
    """
    a about after again all also although am an and any are as at be because been before being but
    by can could did do does for from had has have he her here him his how i if in into is it its
    just me more most my no nor not of off on once only or other our out over own she should so
    some such than that the their them then there these they this those through to too under until
    up very was we were what when where which while who whom why will with would you your
    """.split()
)

ASKS = re.compile(
    r"\b(?:subscri\w+|newsletters?|sign(?:ed)? up|log(?:ged)? in|e-?mails?|accounts?|comments?"
    r"|share|follow|click|cookies|inbox|register|terms|privacy|browser|javascript|websites?|sites?"
    r"|articles?|posts?|readers?|copyright|permissions?|twitter|facebook|instagram|patreon"
    r"|donations?|donate|advertis\w+|affiliates?|publish\w*|download|free trial|credit card"
    r"|your|our|us)\b",
    re.IGNORECASE,
)
"""What a page says to its visitor, and an article seldom."""
