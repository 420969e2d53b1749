"""How a program is run is told by its files: homes follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from scratchlint.analyze import analyze

SERVICE = "services:\n  web:\n    image: web\n    environment:\n      DATABASE_URL: sqlite:////tmp/web.db\n"
CODE = 'import sqlite3\nsqlite3.connect("/tmp/app/app.db")\n'
IN_CONTAINER = "/var/lib/APP on a named volume"
ON_SYSTEM = "/var/lib/APP (systemd"


@pytest.mark.parametrize(
    ("files", "home"),
    [
        ({"app.py": CODE}, "/var/lib/APP (systemd"),
        ({"compose.yaml": SERVICE}, "/var/lib/APP on a named volume"),
        ({"Dockerfile": "FROM x\nENV DATABASE_URL=sqlite:////tmp/x.db\n"}, "/var/lib/APP on a named volume"),
        (
            {
                "compose.yaml": "services:\n  web:\n    image: web\n    env_file: web.env\n",
                "web.env": "DATABASE_URL=sqlite:////tmp/web.db\n",
            },
            "/var/lib/APP on a named volume",
        ),
        (
            {
                "pod.yaml": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: web\n"
                "      image: x\n      env:\n        - name: DATABASE_URL\n          value: sqlite:////tmp/web.db\n"
            },
            "/var/lib/APP on a named volume",
        ),
        ({"app.py": f'CONFIG = "~/.config/app/settings"\n{CODE}'}, "$XDG_DATA_HOME/APP"),
        ({"app.py": f"from platformdirs import user_data_dir\n{CODE}"}, "$XDG_DATA_HOME/APP"),
        ({"app.py": CODE, "systemd/user/app.service": "[Service]\nType=simple\n"}, "$XDG_DATA_HOME/APP"),
        ({"app.py": CODE, "systemd/system/app.service": "[Service]\nType=simple\n"}, "/var/lib/APP (systemd"),
        (
            {"app.sh": "systemctl --user start app\ngunicorn --daemon --pid /tmp/web.pid app:app\n"},
            "$XDG_RUNTIME_DIR/APP",
        ),
        ({"src/app.py": CODE, "serverless.yml": "service: x\n"}, "object storage or a database"),
        (
            {"src/app.py": CODE, "template.yaml": "Transform: AWS::Serverless-2016-10-31\n"},
            "object storage or a database",
        ),
        ({"src/app.py": CODE, "template.yaml": "title: page\n"}, "/var/lib/APP (systemd"),
        ({"app.py": f"{CODE}def lambda_handler(event, context): ...\n"}, "object storage or a database"),
        ({"app.py": CODE, "Dockerfile": "FROM x\nCOPY . /srv\n"}, IN_CONTAINER),
        ({"web/app.py": CODE, "Dockerfile": "FROM x\nCOPY web/ /srv/\n"}, IN_CONTAINER),
        (
            {"web/app.py": CODE, "Dockerfile": "FROM x\nCOPY --chown=web w*/a*.py ./x.sh /srv/\n"},
            IN_CONTAINER,
        ),
        ({"web/app.py": CODE, "web/Dockerfile": "FROM x\nADD app.py /srv/\n"}, IN_CONTAINER),
        ({"web/app.py": CODE, "docker/Dockerfile": "FROM x\nCOPY web /srv\n"}, IN_CONTAINER),
        ({"web/app.py": CODE, "docker/Dockerfile": "FROM x\nCOPY . /srv\n"}, IN_CONTAINER),
        ({"jobs/app.py": CODE, "Dockerfile": "FROM x\nCOPY web /srv\n"}, ON_SYSTEM),
        (
            {"app.py": CODE, "install.sh": "systemctl start app\n", "Dockerfile": "FROM x\nCOPY . /srv\n"},
            ON_SYSTEM,
        ),
        (
            {
                "app.py": CODE,
                "install.sh": "systemctl start app\n",
                "Dockerfile": "FROM x\nCOPY *.py /srv/\n",
            },
            IN_CONTAINER,
        ),
        (
            {
                "web/app.py": CODE,
                "install.sh": "systemctl start web\n",
                "web/Dockerfile": "FROM x\nCOPY . /srv\n",
            },
            ON_SYSTEM,
        ),
        (
            {
                "web/app.py": CODE,
                "install.sh": "systemctl start web\n",
                "web/Dockerfile": "FROM x\nCOPY . /srv\n",
                "compose.yaml": "services:\n  x:\n    build: web\n",
            },
            IN_CONTAINER,
        ),
        ({"app.py": CODE, "app.service": "[Unit]\n", "Dockerfile": "FROM x\nCOPY . /srv\n"}, ON_SYSTEM),
        ({"jobs/app.py": CODE, "web/a.py": "", "web/Dockerfile": "FROM x\nCOPY . /srv\n"}, ON_SYSTEM),
        ({"app.py": CODE, "Dockerfile": "FROM x AS y\nFROM x\nCOPY --from=y app.py /srv\n"}, ON_SYSTEM),
        (
            {
                "web/app.py": CODE,
                "docker/Dockerfile": "FROM x\nCOPY app.py /srv/\n",
                "compose.yaml": "services:\n x:\n  build: {context: web, dockerfile: ../docker/Dockerfile}\n",
            },
            IN_CONTAINER,
        ),
        (
            {"jobs/app.py": CODE, "Dockerfile": "FROM x\nCOPY . /srv\n", ".dockerignore": "# jobs\njobs\n"},
            ON_SYSTEM,
        ),
        (
            {
                "app.py": CODE,
                "Dockerfile": "FROM x\nCOPY . /srv\n",
                ".dockerignore": "*\n!app.py\n",
            },
            IN_CONTAINER,
        ),
        (
            {
                "app.py": CODE,
                "Dockerfile": "FROM x\nCOPY . /srv\n",
                "Dockerfile.dockerignore": "**/*.py\n",
                ".dockerignore": "!app.py\n",
            },
            ON_SYSTEM,
        ),
        (
            {
                "app.py": f"{CODE}def lambda_handler(event, context): ...\n",
                "Dockerfile": "FROM x\nCOPY . .\n",
            },
            "object storage or a database",
        ),
        (
            {
                "install.sh": "systemctl restart web\ngunicorn --daemon --pid /tmp/web.pid app:app\n",
                "Dockerfile": "FROM x\nCOPY . /srv\n",
            },
            "/run/APP (systemd",
        ),
        (
            {"app.py": CODE, "scratchlint.toml": 'profile = "container"\napp = "shop"\n'},
            "/var/lib/shop on a named volume",
        ),
    ],
)
def test_home_follows_the_profile(tmp_path: Path, files: dict[str, str], home: str) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (found,) = analyze(tmp_path, ("",)).findings
    assert found.home.startswith(home)
