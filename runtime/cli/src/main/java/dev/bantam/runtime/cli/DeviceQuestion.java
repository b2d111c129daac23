package dev.bantam.runtime.cli;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.TaskClient;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.client.TaskResult;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Asks a running device, at the first of its brokers where it is, and stays at that one. */
public final class DeviceQuestion implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final RunningDevice device;
  private final BrokerEntry entry;
  private final Deque<String> urls;
  private Optional<TaskClient> client = Optional.empty();

  /**
   * @param where which device
   * @param entry how its brokers are entered
   */
  public DeviceQuestion(CliContext context, DeviceEntry where, BrokerEntry entry)
      throws CliException {
    this.device = where.find(context);
    this.entry = entry;
    this.urls = new ArrayDeque<>(device.urls());
  }

  /**
   * Asks.
   *
   * @return the answer's fields
   * @throws CliException if the device refuses
   */
  public Map<String, Object> ask(String task, Map<String, Object> request, Duration limit)
      throws CliException, InterruptedException, ExecutionException {
    while (true) {
      try {
        return fields(Futures.await(client().ask(task, request, piece -> {}, limit)));
      } catch (ExecutionException e) {
        if (urls.size() == 1
            || !(e.getCause() instanceof TaskClientException lost && lost.isAbsent())) {
          throw e;
        }
        client = Optional.empty();
        urls.remove();
      }
    }
  }

  private TaskClient client() throws CliException, InterruptedException, ExecutionException {
    if (client.isEmpty()) {
      client =
          Optional.of(
              Futures.await(
                  TaskClient.connect(
                      vertx, broker(), device.device(), "cli-" + ProcessHandle.current().pid())));
    }
    return client.get();
  }

  private static Map<String, Object> fields(TaskResult result) throws CliException {
    if (result instanceof TaskResult.Refused refused) {
      throw new CliException(
          ExitCode.REFUSED, "%s (%s)".formatted(refused.message(), refused.code()));
    }
    return ((TaskResult.Answered) result).fields();
  }

  /** For further connections; closed with this object. */
  public Vertx vertx() {
    return vertx;
  }

  /** Which device is asked. */
  public RunningDevice device() {
    return device;
  }

  /** Where the device was found. */
  public BrokerAccess broker() throws CliException {
    return entry.access(urls.element());
  }

  @Override
  public void close() {
    vertx.close();
  }
}
