"""What completion knows of the commands. Written by `python -m tests.cli.completion_table`; do not edit."""

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
        "--dry-run"
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
        "--skip-missing --minus-one= --dry-run"
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
        "pixent|pixmargin|pixshare|@alwsl_tui.criteria --lists= --probabilities --logits --skip= --seed= "
        "--format=table|csv|paths --limit="
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
        "--rest=no|unknown --separator= --minus-one=absent|unknown|unsure --image= --labels= --classes= "
        "--control= --config= --skip-missing"
    ),
    "labels watch": (
        "campaign file --once --by= --from= --empty=unlabelled|nothing --boxes=left-out|as-classes "
        "--rest=no|unknown --separator= --minus-one=absent|unknown|unsure --image= --labels= --classes= "
        "--control= --config= --skip-missing"
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
    "doctor": "--torture= --seed= --executor=",
    "verify": "campaign",
    "export": "campaign file --without=models --force",
    "import": "file --name= --folder=",
    "repair": "--dry-run",
    "clean": "--older= --yes",
    "help": "topic",
}
"""By command: the kinds of its arguments, then its options with the kind of their value."""
