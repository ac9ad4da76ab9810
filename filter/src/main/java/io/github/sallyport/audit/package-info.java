/**
 * What happened, for those who must answer for it: an event goes in, a sink takes it. No secret,
 * and nothing that decides.
 */
@NullMarked
package io.github.sallyport.audit;

import org.jspecify.annotations.NullMarked;
