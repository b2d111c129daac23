package dev.bantam.simulator.swap;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.TaskClient;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.client.TaskResult;
import dev.bantam.simulator.scenario.ApplicationSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks each version of each slot what it answers, one after the other.
 *
 * @param references where answers are kept
 * @param prefix of the clients' identifiers
 * @param say is told what is being done
 */
record ReferenceRound(
    Vertx vertx, BrokerAccess broker, References references, String prefix, Consumer<String> say) {

  /**
   * All of it.
   *
   * @param devices whom applications ask, by their ids; a fleet's are not in it
   */
  Future<Void> ask(
      List<SlotSwaps> swaps, List<ApplicationSpec> askers, Map<String, String> devices) {
    List<Supplier<Future<Void>>> steps = new ArrayList<>();
    for (SlotSwaps each : swaps) {
      String device = each.slot().device();
      List<ApplicationSpec> own =
          askers.stream()
              .filter(asker -> devices.getOrDefault(asker.id(), device).equals(device))
              .toList();
      each.spec().models().stream()
          .distinct()
          .forEach(model -> steps.add(() -> askVersion(each, model, own)));
    }
    return inOrder(steps);
  }

  private Future<Void> askVersion(SlotSwaps swaps, String model, List<ApplicationSpec> askers) {
    String device = swaps.slot().device();
    say.accept("asking %s of device %s what it answers".formatted(model, device));
    return have(swaps, model)
        .compose(had -> TaskClient.connect(vertx, broker, device, clientId(swaps, model)))
        .compose(client -> askAll(client, swaps, model, askers).eventually(client::close));
  }

  /** Another for each version: a device answers what it has answered before to the same client. */
  private String clientId(SlotSwaps swaps, String model) {
    int version = swaps.spec().models().indexOf(model);
    return "%s-%s-%s-reference-%d"
        .formatted(prefix, swaps.spec().id(), swaps.slot().device(), version);
  }

  private Future<Void> have(SlotSwaps swaps, String model) {
    if (swaps.slot().has(model)) {
      return Future.succeededFuture();
    }
    String deployment = "%s-%s-reference".formatted(prefix, swaps.spec().id());
    return swaps
        .controllers()
        .get(0)
        .want(deployment, model, swaps.spec().policy(), swaps.spec().limit())
        .compose(
            end ->
                end.result() == SwapResult.SUCCESSFUL
                    ? Future.succeededFuture()
                    : failed(
                        "slot %s of device %s cannot be given %s before the run: %s %s"
                            .formatted(
                                swaps.slot().name(),
                                swaps.slot().device(),
                                model,
                                end.result(),
                                end.reason())));
  }

  private Future<Void> askAll(
      TaskClient client, SlotSwaps swaps, String model, List<ApplicationSpec> askers) {
    List<Supplier<Future<Void>>> steps = new ArrayList<>();
    for (ApplicationSpec asker : askers) {
      for (Map<String, Object> body : asker.bodies()) {
        steps.add(() -> askOne(client, swaps, model, asker, body));
      }
    }
    return inOrder(steps);
  }

  private Future<Void> askOne(
      TaskClient client,
      SlotSwaps swaps,
      String model,
      ApplicationSpec asker,
      Map<String, Object> body) {
    return client
        .ask(asker.task(), body, text -> {}, asker.patience())
        .compose(result -> keep(swaps, model, asker, body, result));
  }

  private Future<Void> keep(
      SlotSwaps swaps,
      String model,
      ApplicationSpec asker,
      Map<String, Object> body,
      TaskResult result) {
    if (result instanceof TaskResult.Refused refused) {
      return failed(
          "%s does not answer application %s before the run: %s, %s"
              .formatted(model, asker.id(), refused.code(), refused.message()));
    }
    Map<String, Object> answer = ((TaskResult.Answered) result).fields();
    String by = String.valueOf(answer.get("model"));
    if (!swaps.slot().name().equals(answer.get("slot")) || !Slot.isA(by, model)) {
      return failed(
          "application %s has reference: true, but its task is answered by %s in slot %s, not by %s in slot %s"
              .formatted(asker.id(), by, answer.get("slot"), model, swaps.slot().name()));
    }
    references.keep(body, answer);
    return Future.succeededFuture();
  }

  private static Future<Void> failed(String message) {
    return Future.failedFuture(new TaskClientException(message, null));
  }

  private static Future<Void> inOrder(List<Supplier<Future<Void>>> steps) {
    Future<Void> done = Future.succeededFuture();
    for (Supplier<Future<Void>> step : steps) {
      done = done.compose(before -> step.get());
    }
    return done;
  }
}
