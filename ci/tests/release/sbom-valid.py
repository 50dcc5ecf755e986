# Validates bills of materials against the published schema of CycloneDX, as it lies in the package cyclonedx-python-lib.
import importlib.util
import json
import pathlib
import sys

import fastjsonschema

schemas = pathlib.Path(importlib.util.find_spec("cyclonedx").origin).parent / "schema" / "_res"


def schema(uri):
    return json.loads((schemas / uri.rsplit("/", 1)[-1]).read_text())


for name in sys.argv[1:]:
    bom = json.loads(pathlib.Path(name).read_text())
    validate = fastjsonschema.compile(
        schema(f"bom-{bom['specVersion']}.SNAPSHOT.schema.json"), handlers={"http": schema}
    )
    validate(bom)
