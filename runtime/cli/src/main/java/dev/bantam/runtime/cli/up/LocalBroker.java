package dev.bantam.runtime.cli.up;

import dev.bantam.broker.BrokerOptions;
import dev.bantam.broker.EmbeddedBroker;
import dev.bantam.broker.Outside;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Futures;
import dev.bantam.runtime.config.BrokerConfig;
import dev.bantam.runtime.config.UsersFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * The embedded broker and the port it got.
 *
 * @param host where this machine's programs find it
 * @param movedFrom the usual port, if another program has it
 */
public record LocalBroker(EmbeddedBroker broker, String host, Optional<Integer> movedFrom) {

  static final int USUAL_PORT = 1883;
  private static final String HERE = "127.0.0.1";

  /**
   * Starts the broker on loopback.
   *
   * @param port the port it must take; empty for the usual one or else any that is free
   */
  public static LocalBroker start(Vertx vertx, Optional<Integer> port)
      throws CliException, InterruptedException, ExecutionException {
    try {
      return new LocalBroker(listen(vertx, port.orElse(USUAL_PORT)), HERE, Optional.empty());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof BindException)) {
        throw e;
      }
      if (port.isPresent()) {
        throw new CliException(
            ExitCode.FAILED,
            "port %d is taken or not allowed (%s); give another with --port, or leave --port away for a free one"
                .formatted(port.get(), e.getCause().getMessage()),
            e);
      }
      return new LocalBroker(listen(vertx, 0), HERE, Optional.of(USUAL_PORT));
    }
  }

  /**
   * Starts the broker that a site wants. Where it has users, they come by the address that it
   * names, and this machine's programs by loopback on a free port, without a password.
   *
   * @throws CliException if the port is taken, or a file is of no use
   */
  static LocalBroker start(Vertx vertx, BrokerConfig config)
      throws CliException, InterruptedException, ExecutionException {
    try {
      return new LocalBroker(
          Futures.await(EmbeddedBroker.start(vertx, options(config))),
          config.users().isPresent() ? HERE : config.host(),
          Optional.empty());
    } catch (ExecutionException e) {
      throw new CliException(
          ExitCode.FAILED,
          "the broker cannot listen on %s port %d: %s"
              .formatted(config.host(), config.port(), e.getCause()),
          e);
    }
  }

  private static BrokerOptions options(BrokerConfig config) throws CliException {
    if (config.users().isEmpty()) {
      return BrokerOptions.onPort(config.port()).withHost(config.host());
    }
    try {
      return BrokerOptions.defaults()
          .withOutside(
              new Outside(
                  config.host(),
                  config.port(),
                  UsersFile.read(config.users().get()),
                  config
                      .certificate()
                      .map(own -> new Outside.Certificate(own.chain(), own.key()))));
    } catch (IOException e) {
      throw new CliException(ExitCode.REFUSED, String.valueOf(e.getMessage()), e);
    }
  }

  private static EmbeddedBroker listen(Vertx vertx, int port)
      throws InterruptedException, ExecutionException {
    return Futures.await(EmbeddedBroker.start(vertx, BrokerOptions.onPort(port)));
  }

  /** Whether this machine's own programs only can come. */
  boolean isPrivate() {
    return broker.outsidePort() == 0;
  }

  /** Says where others come in, and what is risked; empty where nobody does. */
  static List<String> lines(BrokerConfig config) {
    List<String> lines = new ArrayList<>();
    if (config.users().isPresent()) {
      lines.add(
          "others   %s port %d, by name and password, %s"
              .formatted(
                  config.host(),
                  config.port(),
                  config.certificate().isPresent() ? "encrypted" : "not encrypted"));
    }
    config.warning().ifPresent(warning -> lines.add("warning: " + warning));
    return lines;
  }

  /** The port it listens on. */
  public int port() {
    return broker.port();
  }

  /** Its address. */
  public String url() {
    return "mqtt://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, port());
  }

  /** The command that asks this device from another shell. */
  String mosquittoLine(String device, String task, String text) {
    String base = "bantam/v1/device/" + device;
    return "mosquitto_rr -V 5%s -t %s/task/%s -e %s/answer/me/%s -m '%s'"
        .formatted(port() == USUAL_PORT ? "" : " -p " + port(), base, task, base, task, text);
  }
}
