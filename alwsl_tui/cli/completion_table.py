"""What completion and help know of commands; written by `python -m tests.cli.completion_table`."""

from collections.abc import Mapping

COMMON = "--home=file --readonly --json --help"
"""What every command takes."""
COMMANDS: Mapping[str, str] = {
    "": (
        "--version --open=campaign --ascii --images=auto|kitty|sixel|blocks|off "
        "--theme=dark|light|contrast|dusk|mono --web= --install-completion --show-completion"
    ),
    "demo": "--headless",
    "new": (
        "file --dataset=dataset --model=weldon|wildcat|gap|max|module|deeplab|lraspp|@alwsl_tui.heads "
        "--recipe=recipe --folder= --classes= --budget= --batch= --test= --set= --name= --executor= --start "
        "--dry-run --slots="
    ),
    "run": "target --set= --name= --executor= --headless --until-round=",
    "reproduce": (
        "voc2007|voc2012|coco --model=weldon|wildcat|gap|max|module|deeplab|lraspp|@alwsl_tui.heads "
        "--scale=full|small --trials= --dry-run --yes --headless"
    ),
    "recipes": "",
    "data list": "",
    "data add": (
        "dataset file --download --replace --follow-links --classes= --labels= --split= --separator= "
        "--skip-missing --minus-one=absent|unknown --encoding= --image= --class-column= --nothing= "
        "--empty-cell=absent|unknown --each= --dry-run"
    ),
    "data remove": "dataset",
    "data rename": "dataset file",
    "data check": "dataset",
    "list": "--filter= --sort=oldest|newest|name|state|progress|best|left",
    "show": (
        "campaign --classes= --criteria=unc|ent|mm|sepsum|sepmax|sepmin|ag|vote|adv|random|entropy|leastconf|"
        "margin|pixent|pixmargin|pixshare|@alwsl_tui.criteria --x=images|decisions|seconds|gpu-hours "
        "--absolute --target="
    ),
    "rounds": "campaign",
    "picks": (
        "campaign --criterion=unc|ent|mm|sepsum|sepmax|sepmin|ag|vote|adv|random|entropy|leastconf|margin|"
        "pixent|pixmargin|pixshare|@alwsl_tui.criteria --trial= --round= --format=table|csv|paths --limit="
    ),
    "choose": (
        "file --n= --criterion=unc|ent|mm|sepsum|sepmax|sepmin|ag|vote|adv|random|entropy|leastconf|margin|"
        "pixent|pixmargin|pixshare|@alwsl_tui.criteria --lists= --probabilities --logits --task= --skip= "
        "--seed= --format=table|csv|paths --limit="
    ),
    "agreement": (
        "campaign --criterion=unc|ent|mm|sepsum|sepmax|sepmin|ag|vote|adv|random|entropy|leastconf|margin|"
        "pixent|pixmargin|pixshare|@alwsl_tui.criteria --trial= --round="
    ),
    "cost": "campaign",
    "compare": (
        "campaign* --criterion=unc|ent|mm|sepsum|sepmax|sepmin|ag|vote|adv|random|entropy|leastconf|margin|"
        "pixent|pixmargin|pixshare|@alwsl_tui.criteria --classes="
    ),
    "recipe": "campaign --against=campaign",
    "logs": "campaign --job=job --grep= --out= --attempt= --follow",
    "report": "campaign* --format=html|json|csv|latex|png|svg|@alwsl_tui.formats --out= --plain --classes=",
    "label": (
        "campaign file* --answer --next --enough --undo --by= --kappa --overlap= --repeats= --recheck --class= --limit="
    ),
    "labels import": (
        "campaign file --by= --from= --dry-run --empty=unlabelled|nothing --boxes=left-out|as-classes "
        "--rest=no|unknown --separator= --minus-one=absent|unknown|unsure --encoding= --nothing= --image= "
        "--labels= --classes= --control= --config= --skip-missing"
    ),
    "labels watch": (
        "campaign file --once --by= --from= --empty=unlabelled|nothing --boxes=left-out|as-classes "
        "--rest=no|unknown --separator= --minus-one=absent|unknown|unsure --encoding= --nothing= --image= "
        "--labels= --classes= --control= --config= --skip-missing"
    ),
    "labels export": "campaign --out= --to=csv|labelstudio|cvat|datumaro|hf|voc-lists --force",
    "hand-off": "campaign --to=labelstudio|cvat|datumaro|csv|hf --out= --all --copy --prefix= --force",
    "classes add": "campaign file* --by=",
    "classes rename": "campaign file file --by=",
    "classes retire": "campaign file --by=",
    "classes list": "campaign",
    "predict": (
        "campaign file* --out= --force --threshold= --maps= --criterion=unc|ent|mm|sepsum|sepmax|sepmin|ag|"
        "vote|adv|random|entropy|leastconf|margin|pixent|pixmargin|pixshare|@alwsl_tui.criteria --trial= "
        "--round= --device=auto|cpu|cuda"
    ),
    "model export": (
        "campaign --out= --format=safetensors|onnx|pt2 --force --criterion=unc|ent|mm|sepsum|sepmax|sepmin|"
        "ag|vote|adv|random|entropy|leastconf|margin|pixent|pixmargin|pixshare|@alwsl_tui.criteria --trial= "
        "--round="
    ),
    "model show": "file",
    "start": "campaign --until-round= --executor=",
    "extend": "campaign --add=",
    "pause": "campaign",
    "resume": "campaign",
    "cancel": "campaign",
    "retry": "campaign",
    "drain": "campaign",
    "wait": "campaign --timeout=",
    "delete": "campaign --yes",
    "queue": "",
    "feed": "--last=",
    "devices": "",
    "nodes": "--executor=",
    "station": "--take",
    "doctor": "--torture= --seed= --executor=",
    "verify": "campaign",
    "export": "campaign file --without=models --force",
    "import": "file --name= --folder=",
    "repair": "--dry-run",
    "clean": "--older= --yes",
    "help": "topic",
}
"""By command: the kinds of its arguments, then its options with the kind of their value."""
SUMMARIES: Mapping[str, str] = {
    "demo": (
        "Run a small real campaign on built-in data: no network, no GPU, a minute or two, ends in a learning curve."
    ),
    "new": "Make a campaign, from the protocol for a data set or from a recipe.",
    "run": "Run a campaign to its end and show it; the exit code tells how it ended.",
    "reproduce": (
        "Run what the paper's figures and tables need, and show what came out; stopped, it goes on where it was."
    ),
    "recipes": "List the recipes that come with the program.",
    "data": "Data sets: which there are, and whether they are what they should be.",
    "list": "List all campaigns, the newest last.",
    "show": "Print a campaign: its plan, its jobs, its learning curves so far.",
    "rounds": "Print every round of a campaign: images, mAP, seconds.",
    "picks": "Print the images a round sent for labelling, in order, and why.",
    "choose": "Choose the next images to label by the scores of any program, and say why these.",
    "agreement": "Print how far the criteria agree on what to label next, round by round.",
    "cost": "Print what a campaign has cost, and what choosing by each criterion takes.",
    "compare": "Print campaigns side by side: results, what their recipes differ in, average precision by class.",
    "recipe": "Print the recipe of a campaign as it was frozen, or what it differs in from another one's.",
    "logs": "Print what workers logged, every attempt.",
    "report": (
        "Write all that a campaign has found as one HTML page, as tables and figures for an article, or print it."
    ),
    "label": "Label the images that a campaign asks for.",
    "labels": "Labels of other programs: take them in, write them, wait for them.",
    "hand-off": "Write what a campaign asks for into a folder, for another program to label.",
    "classes": "What people are asked about: add, rename, retire and list classes.",
    "predict": "Label photographs with a trained model: a probability for each class, and which are present.",
    "model": "Trained models: take one out of a campaign, and see what it is.",
    "start": "Let a campaign run in the background.",
    "extend": "Give a campaign that people label for, and that is done, a larger budget.",
    "pause": "Stop a campaign's workers at their next checkpoint.",
    "resume": "Let a paused campaign go on from its checkpoints.",
    "cancel": "Stop a campaign's workers now; what is finished stays.",
    "retry": "Try what failed again, or take up a cancelled campaign.",
    "drain": "Stop each of a campaign's workers at the end of its round.",
    "wait": "Wait until a campaign is over; the exit code tells how it ended.",
    "delete": "Remove a campaign with its models, scores, picks and logs.",
    "queue": "List the jobs that wait, and why each of them does.",
    "feed": "Print what happened last, in all campaigns.",
    "devices": "Say what CPU and GPUs are doing, and for which jobs.",
    "nodes": "List the machines that campaigns run on, who works there, and what waits and why.",
    "station": "Say which host keeps the home, whether its station runs, and since when it is silent.",
    "doctor": "Say what this machine and this home can do, and what is missing.",
    "verify": "Draw up every choice again from the stored scores, look at every hash, and list what differs.",
    "export": "Write a campaign that rests to one archive, with all it made and what people said.",
    "import": "Bring a campaign here from an archive, with what people said.",
    "repair": "Rebuild the store, or what is missing in it, from the folders of the campaigns.",
    "clean": "Free caches that no campaign needs, and old models.",
    "help": "Show a page of the guide, or list its topics.",
}
"""By command that stands on the first line: what it does."""
