"""judge.py DOCUMENT: judges a CycloneDX 1.6 document by the schemas beside this file; prints what does not follow them."""
import json
import pathlib
import sys

import jsonschema

folder = pathlib.Path(__file__).parent
schemas = {path.name: json.loads(path.read_text()) for path in folder.glob("*.schema.json")}
store = {f"http://cyclonedx.org/schema/{name}": schema for name, schema in schemas.items()}
schema = schemas["bom-1.6.SNAPSHOT.schema.json"]
validator = jsonschema.Draft7Validator(schema, resolver=jsonschema.RefResolver(schema["$id"], schema, store=store))
for error in validator.iter_errors(json.loads(pathlib.Path(sys.argv[1]).read_text())):
    print(f"{list(error.path)}: {error.message[:300]}")
