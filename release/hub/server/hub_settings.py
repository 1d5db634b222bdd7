"""JupyterHub's settings for a hub, made of its plan."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

from traitlets.config import Config

from release.hub.accounts import HubAccounts
from release.hub.hub_plan import HubPlan
from release.hub.places import PLAN_VARIABLE
from release.hub.server.hub_pages import HUB_PAGES, page_values
from release.hub.server.login import CodeAuthenticator, LtiAuthenticator
from release.hub.server.spawner import HubSpawner

_START_SECONDS = 120


def hub_settings(plan: HubPlan) -> Config:
    """All that JupyterHub is told."""
    config = Config()
    accounts = HubAccounts(plan.course, plan.places)
    own = plan.places.own
    hub = config.JupyterHub
    hub.bind_url = plan.bound
    hub.hub_bind_url = f"http://127.0.0.1:{plan.port + 1}"
    if plan.public_url:
        hub.public_url = plan.address
    hub.db_url = f"sqlite:///{own / 'jupyterhub.sqlite'}"
    hub.cookie_secret_file = str(own / "cookie_secret")
    hub.default_url = "/hub/spawn"
    hub.authenticator_class = CodeAuthenticator if plan.lti is None else LtiAuthenticator
    hub.spawner_class = HubSpawner
    hub.template_paths = [str(HUB_PAGES)]
    hub.template_vars = dict(page_values())
    hub.concurrent_spawn_limit = 20
    if plan.certificate is not None:
        hub.ssl_cert, hub.ssl_key = str(plan.certificate), str(plan.certificate_key)
    config.ConfigurableHTTPProxy.command = [str(plan.proxy)]
    config.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{plan.port + 2}"
    config.ConfigurableHTTPProxy.pid_file = str(own / "proxy.pid")
    config.CodeAuthenticator.accounts = accounts
    config.CodeAuthenticator.any_allow_config = True  # the roster says it
    if plan.lti is not None:
        config.LtiAuthenticator.lti = plan.lti
        config.LTI13Authenticator.issuer = plan.lti.issuer
        config.LTI13Authenticator.client_id = {plan.lti.client_id}
        config.LTI13Authenticator.authorize_url = plan.lti.authorize_url
        config.LTI13Authenticator.jwks_endpoint = plan.lti.jwks_endpoint
    config.HubSpawner.accounts = accounts
    config.HubSpawner.keys = str(plan.keys)
    config.HubSpawner.cmd = [str(Path(sysconfig.get_path("scripts")) / "jupyterhub-singleuser")]
    config.HubSpawner.env_keep = ["LANG", "LC_ALL", "TZ"]
    config.HubSpawner.start_timeout = config.HubSpawner.http_timeout = _START_SECONDS
    return config


def planned_settings() -> Config:
    """The settings of the plan that the environment names."""
    return hub_settings(HubPlan.model_validate_json(Path(os.environ[PLAN_VARIABLE]).read_bytes()))
