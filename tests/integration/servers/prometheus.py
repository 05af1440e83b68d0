"""Prometheus' own tools, and the node exporter, as those who read metrics."""

import os
import urllib.request

from servers.process import Process, run, wait_for

PACKAGES = ["prometheus", "prometheus-node-exporter"]
RULE = "groups:\n- name: asked\n  rules:\n%s"


class Prometheus:
    """promtool and the node exporter, unpacked below a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.promtool = os.path.join(folder, "usr/bin/promtool")
        self.exporter = os.path.join(folder, "usr/bin/prometheus-node-exporter")

    def check_metrics(self, text):
        """What promtool complains of in a metrics file; empty is good."""
        done = run([self.promtool, "check", "metrics"], stdin=text,
                   check=False)
        said = (done.stdout + done.stderr).decode()
        assert (done.returncode == 0) == (said == ""), said
        return said

    def rules(self, verb, path):
        """promtool check rules, or test rules; whether it is content."""
        done = run([self.promtool, verb, "rules", path], check=False,
                   seconds=600)
        return done.returncode == 0, (done.stdout + done.stderr).decode()

    def parses(self, expressions, folder):
        """Insist that each expression is one of PromQL."""
        path = os.path.join(folder, "asked.yml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(RULE % "".join(
                "  - record: a%d\n    expr: %s\n" % (
                    number, quoted(expression))
                for number, expression in enumerate(expressions)))
        return self.rules("check", path)

    def scrape(self, folder, log, port=19100):
        """What the node exporter's textfile collector makes of a folder."""
        process = Process(
            [self.exporter, "--collector.disable-defaults",
             "--collector.textfile", "--collector.textfile.directory", folder,
             "--web.disable-exporter-metrics",
             "--web.listen-address", "127.0.0.1:%d" % port], log)

        def get():
            try:
                with urllib.request.urlopen(
                        "http://127.0.0.1:%d/metrics" % port) as answer:
                    return answer.read().decode()
            except OSError:
                return None

        try:
            return wait_for("the node exporter answers", get)
        finally:
            process.stop()


def quoted(text):
    """As a string of YAML."""
    return "'%s'" % text.replace("'", "''")
