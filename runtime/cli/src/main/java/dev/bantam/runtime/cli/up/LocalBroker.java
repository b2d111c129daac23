package dev.bantam.runtime.cli.up;

import dev.bantam.broker.BrokerOptions;
import dev.bantam.broker.EmbeddedBroker;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Futures;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * The embedded broker and the port it got.
 *
 * @param movedFrom the usual port, if another program has it
 */
public record LocalBroker(EmbeddedBroker broker, Optional<Integer> movedFrom) {

  static final int USUAL_PORT = 1883;

  /**
   * Starts the broker on loopback.
   *
   * @param port the port it must take; empty for the usual one or else any that is free
   */
  public static LocalBroker start(Vertx vertx, Optional<Integer> port)
      throws CliException, InterruptedException, ExecutionException {
    try {
      return new LocalBroker(listen(vertx, port.orElse(USUAL_PORT)), Optional.empty());
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
      return new LocalBroker(listen(vertx, 0), Optional.of(USUAL_PORT));
    }
  }

  private static EmbeddedBroker listen(Vertx vertx, int port)
      throws InterruptedException, ExecutionException {
    return Futures.await(EmbeddedBroker.start(vertx, BrokerOptions.onPort(port)));
  }

  /** The port it listens on. */
  public int port() {
    return broker.port();
  }

  /** Its address. */
  public String url() {
    return "mqtt://127.0.0.1:" + port();
  }

  /** The command that asks this device from another shell. */
  String mosquittoLine(String device, String task, String text) {
    String base = "bantam/v1/device/" + device;
    return "mosquitto_rr -V 5%s -t %s/task/%s -e %s/answer/me/%s -m '%s'"
        .formatted(port() == USUAL_PORT ? "" : " -p " + port(), base, task, base, task, text);
  }
}
