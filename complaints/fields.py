"""The names of all that a complaint says."""

from enum import StrEnum


class Field(StrEnum):
    """Every field of a complaint. The values are the names used in `--json` and in the database."""

    # once per complaint
    MCO = "mco"
    PROVIDER_NAME = "provider_name"
    NPI = "npi"
    HFS_ID = "hfs_id"
    CONTACT_NAME = "contact_name"
    PHONE = "phone"
    EMAIL = "email"
    CATEGORY = "category"
    COVERAGE = "coverage"
    DESCRIPTION = "description"
    DESIRED_OUTCOME = "desired_outcome"
    # once per claim
    TRACKING_NUMBER = "tracking_number"
    DISPUTE_DATE = "dispute_date"
    RESPONSE_DATE = "response_date"
    MEMBER_NAME = "member_name"
    RIN = "rin"
    SERVICE_FROM = "service_from"
    SERVICE_TO = "service_to"
    CLAIM_NUMBER = "claim_number"
    AUTHORIZATION_NUMBER = "authorization_number"
    BILLED_AMOUNT = "billed_amount"
    PAID_AMOUNT = "paid_amount"
    DENIAL_REASON = "denial_reason"
    NOTES = "notes"
