package dev.bantam.simulator.fault;

import dev.bantam.simulator.device.Device;
import dev.bantam.simulator.device.Devices;
import dev.bantam.simulator.device.ManagedBroker;
import dev.bantam.simulator.device.SetupException;
import dev.bantam.simulator.fault.LinkState.Effect;
import dev.bantam.simulator.schedule.Fault;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets things go wrong and mends them, each at its time, and keeps an account of it. The methods
 * may be called by any thread; what they do is done by one thread of its own, in order.
 */
public final class Faults implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  private final Optional<ManagedBroker> broker;
  private final Devices devices;
  private final Links links;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread started = new Thread(work, "bantam-sim-faults");
            started.setDaemon(true);
            return started;
          });

  // The thread's own.
  private final Map<Integer, FaultRecord> records = new TreeMap<>();
  private final Map<Integer, Fault> open = new LinkedHashMap<>();
  private final Map<Integer, Effect> effects = new LinkedHashMap<>();
  private long start = System.nanoTime();

  /**
   * @param broker if it is the simulator's
   */
  public Faults(Optional<ManagedBroker> broker, Devices devices, Links links) {
    this.broker = broker;
    this.devices = devices;
    this.links = links;
  }

  /**
   * Counts times from now on.
   *
   * @param nanos the run's start by {@code System.nanoTime}
   */
  public void started(long nanos) {
    thread.execute(() -> start = nanos);
  }

  /**
   * Lets something go wrong now, and mends it after its time.
   *
   * @param speed seconds of the scenario in a second
   */
  public void begin(Fault fault, double speed) {
    thread.execute(
        () -> {
          records.put(
              fault.number(),
              new FaultRecord(
                  fault.kind().key(),
                  fault.target(),
                  seconds(),
                  Optional.empty(),
                  Optional.empty()));
          open.put(fault.number(), fault);
          attempt(fault, () -> damage(fault));
        });
    long lasts = Math.round(fault.lastsNanos() / speed);
    thread.schedule(() -> mend(fault), lasts, TimeUnit.NANOSECONDS);
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1_000_000 / 1000.0;
  }

  /** What can fail for reasons of the machine's. */
  private interface Work {
    void run() throws IOException, SetupException, InterruptedException, ExecutionException;
  }

  private void attempt(Fault fault, Work work) {
    try {
      work.run();
    } catch (IOException | SetupException | ExecutionException | RuntimeException e) {
      LOG.warn("{}: {}", fault, e.getMessage());
      records.computeIfPresent(
          fault.number(), (number, record) -> record.failed(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void mend(Fault fault) {
    if (open.remove(fault.number()) == null) {
      return;
    }
    attempt(fault, () -> repair(fault));
    if (fault.lastsNanos() > 0) {
      records.computeIfPresent(fault.number(), (number, record) -> record.mended(seconds()));
    }
  }

  private void damage(Fault fault)
      throws IOException, SetupException, InterruptedException, ExecutionException {
    switch (fault.kind()) {
      case BROKER_KILL -> broker.orElseThrow().kill();
      case DEVICE_KILL -> device(fault).kill();
      case DEVICE_FREEZE -> device(fault).freeze();
      case DISK_FULL -> device(fault).fillDisk();
      case CORRUPT_MODEL -> {
        device(fault).kill();
        device(fault).damageModel();
        device(fault).start();
      }
      case NETWORK_DROP -> {
        for (NetworkLink link : links.of(fault.target())) {
          Links.await(link.drop());
        }
      }
      case NETWORK_CUT, NETWORK_DELAY, NETWORK_LOSS, NETWORK_THROTTLE, SLOW_CONSUMER -> {
        Effect effect = effect(fault);
        effects.put(fault.number(), effect);
        for (NetworkLink link : links.of(fault.target())) {
          Links.await(link.begin(effect));
        }
      }
    }
  }

  private static Effect effect(Fault fault) {
    return switch (fault.kind()) {
      case NETWORK_DELAY -> Effect.ofDelay(fault.network().delay().toNanos());
      case NETWORK_LOSS ->
          Effect.ofLoss(fault.network().chance(), fault.network().stall().toNanos());
      case NETWORK_THROTTLE -> Effect.ofThrottle(fault.network().bytesPerSecond());
      case SLOW_CONSUMER -> Effect.ofSlowConsumer(fault.network().bytesPerSecond());
      case BROKER_KILL,
          DEVICE_KILL,
          DEVICE_FREEZE,
          NETWORK_CUT,
          NETWORK_DROP,
          DISK_FULL,
          CORRUPT_MODEL ->
          Effect.ofCut();
    };
  }

  private Device device(Fault fault) {
    return devices.find(fault.target().orElseThrow()).orElseThrow();
  }

  private void repair(Fault fault)
      throws IOException, SetupException, InterruptedException, ExecutionException {
    switch (fault.kind()) {
      case BROKER_KILL -> broker.orElseThrow().start();
      case DEVICE_KILL -> device(fault).start();
      case DEVICE_FREEZE -> device(fault).thaw();
      case DISK_FULL -> {
        device(fault).freeDisk();
        device(fault).start(); // where it has ended meanwhile
      }
      case CORRUPT_MODEL -> {
        device(fault).kill();
        device(fault).repairModel();
        device(fault).start();
      }
      case NETWORK_DROP -> {}
      case NETWORK_CUT, NETWORK_DELAY, NETWORK_LOSS, NETWORK_THROTTLE, SLOW_CONSUMER -> {
        Effect effect = effects.remove(fault.number());
        for (NetworkLink link : links.of(fault.target())) {
          if (effect != null) {
            Links.await(link.end(effect));
          }
        }
      }
    }
  }

  /** Mends what is still wrong, now. Blocking. */
  public void mendAll() throws InterruptedException, ExecutionException {
    CompletableFuture.runAsync(() -> List.copyOf(open.values()).forEach(this::mend), thread).get();
  }

  /** The account so far, in the order of time. Blocking. */
  public List<FaultRecord> records() throws InterruptedException, ExecutionException {
    return CompletableFuture.supplyAsync(() -> List.copyOf(records.values()), thread).get();
  }

  /** Begins and mends nothing more. Blocking, until what is being done is done. */
  @Override
  public void close() throws InterruptedException {
    thread.shutdownNow();
    thread.awaitTermination(1, TimeUnit.MINUTES);
  }
}
