/**
 * Routes: they take messages of sensors that know nothing of Bantam, sift and join them, ask a
 * model about them or not, and publish the result. Enter by {@link
 * dev.bantam.runtime.route.Routes}; a dry run enters by {@link dev.bantam.runtime.route.DryRun}.
 *
 * <p>A message's way: {@code PayloadReader} reads it, {@code Sieve} holds it back, or keeps it in a
 * window, or gives a {@code Batch}; {@code RouteQueue} bounds what waits; {@code RequestWriter}
 * makes a request for the dispatcher; {@code OutputWriter} makes the publication. {@code Route}
 * goes this way and counts.
 *
 * <p>Threads: everything belongs to the gateway's Vert.x context, but for what says otherwise.
 */
@NullMarked
package dev.bantam.runtime.route;

import org.jspecify.annotations.NullMarked;
