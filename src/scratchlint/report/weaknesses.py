"""Names of the weaknesses that rules refer to, from the Common Weakness Enumeration of MITRE."""

from __future__ import annotations

from collections.abc import Mapping

ENUMERATION = "https://cwe.mitre.org/"

NAMES: Mapping[int, str] = {
    22: "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')",
    59: "Improper Link Resolution Before File Access ('Link Following')",
    61: "UNIX Symbolic Link (Symlink) Following",
    200: "Exposure of Sensitive Information to an Unauthorized Actor",
    276: "Incorrect Default Permissions",
    312: "Cleartext Storage of Sensitive Information",
    362: "Concurrent Execution using Shared Resource with Improper Synchronization ('Race Condition')",
    367: "Time-of-check Time-of-use (TOCTOU) Race Condition",
    377: "Insecure Temporary File",
    378: "Creation of Temporary File With Insecure Permissions",
    379: "Creation of Temporary File in Directory with Insecure Permissions",
    400: "Uncontrolled Resource Consumption",
    404: "Improper Resource Shutdown or Release",
    412: "Unrestricted Externally Accessible Lock",
    426: "Untrusted Search Path",
    427: "Uncontrolled Search Path Element",
    459: "Incomplete Cleanup",
    494: "Download of Code Without Integrity Check",
    522: "Insufficiently Protected Credentials",
    532: "Insertion of Sensitive Information into Log File",
    552: "Files or Directories Accessible to External Parties",
    667: "Improper Locking",
    668: "Exposure of Resource to Wrong Sphere",
    732: "Incorrect Permission Assignment for Critical Resource",
    778: "Insufficient Logging",
    829: "Inclusion of Functionality from Untrusted Control Sphere",
    921: "Storage of Sensitive Data in a Mechanism without Access Control",
    922: "Insecure Storage of Sensitive Information",
}


def name(weakness: int) -> str:
    """Return the weakness's name; its number for one that is not listed here."""
    return NAMES.get(weakness, f"Weakness {weakness}")


def address(weakness: int) -> str:
    """Return the web address of the weakness's definition."""
    return f"{ENUMERATION}data/definitions/{weakness}.html"
