package dev.bantam.runtime.cli.service;

import io.vertx.core.Future;

/** A device, as far as a service manager wants to know of it. */
public interface Watched {

  /** Completes when it serves for the first time. */
  Future<Void> ready();

  /** How it is, in a line. Completes on its event loop, so not while that is stuck. */
  Future<String> state();
}
