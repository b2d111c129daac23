package dev.bantam.runtime.cli.service;

import java.util.Map;

/**
 * Whoever has started this process and watches over it. That is systemd where the environment says
 * so ({@code NOTIFY_SOCKET}, as sd_notify(3) has it); otherwise nobody, and nothing is done.
 */
public interface ServiceManager extends AutoCloseable {

  /** Nobody watches. */
  ServiceManager NOBODY = new ServiceManager() {};

  /**
   * The one that the environment names.
   *
   * @param environment the process's
   */
  static ServiceManager of(Map<String, String> environment) {
    String socket = environment.getOrDefault(Systemd.SOCKET, "");
    return socket.isEmpty() ? NOBODY : Systemd.at(socket, environment);
  }

  /** Tells in a line what is done before the device is there. */
  default void starting(String doing) {}

  /**
   * From now on tells that the device serves, how it is, and, as long as its event loop answers,
   * that it lives.
   */
  default void watch(Watched device) {}

  /** Tells that the device stops; that it lives is told on. */
  default void stopping() {}

  /** Tells no more. */
  @Override
  default void close() {}
}
