"""The registration sheet: several people and facilities at once (domain.md, "The claim sheet", last lines)."""

from enum import StrEnum

from complaints.claim_sheet import Column, Kind
from complaints.model import Role

REGISTRATION_SHEET_NAME = "Registration"


class RegistrationField(StrEnum):
    PROVIDER_NAME = "provider_name"
    HFS_ID = "hfs_id"
    NPI = "npi"
    PROVIDER_TYPE = "provider_type"
    USER_NAME = "user_name"
    EMAIL = "email"
    PHONE = "phone"
    ROLE = "role"


REGISTRATION_COLUMNS: tuple[Column[RegistrationField], ...] = (
    Column(
        RegistrationField.PROVIDER_NAME, "Provider or facility name", Kind.TEXT, 40,
        "One row per person and provider. The name as enrolled with the Department.",
        required=True,
        synonyms=("provider name", "provider", "facility name", "facility", "provider/facility",
                  "organization name", "practice name", "group name"),
    ),
    Column(
        RegistrationField.HFS_ID, "HFS provider ID", Kind.DIGITS12, 18,
        "12 digits: the Medicaid number of the provider, leading zeros too.",
        required=True,
        synonyms=("HFS ID", "HFS number", "HFS provider number", "Medicaid ID", "Medicaid number",
                  "Medicaid provider ID", "Medicaid provider number", "provider ID", "provider number", "IMPACT ID"),
    ),
    Column(
        RegistrationField.NPI, "NPI", Kind.DIGITS10, 14,
        "10 digits. Leave it empty if the provider has none.",
        synonyms=("NPI number", "provider NPI", "billing NPI", "group NPI", "facility NPI",
                  "national provider identifier"),
    ),
    Column(
        RegistrationField.PROVIDER_TYPE, "Provider type", Kind.TEXT, 24,
        "For example hospital, clinic, transportation.",
        synonyms=("facility type", "specialty", "type"),
    ),
    Column(
        RegistrationField.USER_NAME, "User name", Kind.TEXT, 28,
        "The person who will file complaints.",
        synonyms=("user", "contact name", "contact", "contact person", "person", "name", "full name",
                  "representative", "representative name"),
    ),
    Column(
        RegistrationField.EMAIL, "E-mail", Kind.TEXT, 32,
        "The address this person writes from. Answers go there.",
        required=True,
        synonyms=("email address", "user email", "user email address", "contact email", "contact email address"),
    ),
    Column(
        RegistrationField.PHONE, "Phone", Kind.NUMBER, 18,
        "With area code.",
        synonyms=("phone number", "telephone", "telephone number", "contact phone", "contact phone number", "tel"),
    ),
    Column(
        RegistrationField.ROLE, "Role", Kind.CHOICE, 18,
        "Provider, or billing agent if you file for somebody else.",
        synonyms=("user role", "user type", "provider or billing agent"),
    ),
)  # fmt: skip

ROLE_WORDS: dict[Role, str] = {Role.PROVIDER: "Provider", Role.BILLING_AGENT: "Billing agent"}
"""The drop-down of the role. Empty means provider."""
