//! The contract suite: the same cases for every store, in memory, on SQLite or elsewhere.
//!
//! A store's test file calls [`relay_contract!`](crate::relay_contract) with a function that makes
//! an empty store; the macro makes one test of each case. Not for: races and crashes, which need
//! a real store or the simulation.

pub mod claims;
pub mod fence;
pub mod mailboxes;
pub mod scene;
pub mod shares;
pub mod time;

/// Makes one test of each case. `$make` is a function `() -> impl Records`.
#[macro_export]
macro_rules! relay_contract {
    ($make:path) => {
        $crate::relay_contract! { @cases $make;
            mailboxes: [
                r13_a_message_is_added_once_and_read_in_order,
                r13_a_forgotten_message_does_not_come_back_by_a_late_copy,
                r13_a_full_mailbox_takes_no_more,
                r6_a_deleted_mailbox_stays_deleted,
                a_mailbox_opens_to_its_own_tokens_only,
                messages_come_in_pages,
                r14_an_invitation_is_used_once_and_brings_its_message,
                r14_looking_at_an_invitation_changes_nothing,
                r6_a_cancelled_invitation_stays_cancelled,
                r14_a_full_mailbox_leaves_the_invitation_open,
            ],
            shares: [
                r5_without_consent_no_share_is_announced,
                r5_without_consent_no_blob_is_taken,
                r6_a_withdrawn_consent_stays_withdrawn,
                r6_a_consent_ends_with_its_mailbox,
                r10_a_waiting_record_is_replaced_by_its_maker_only,
                r10_a_ready_share_does_not_change,
                r11_shares_and_bytes_stay_within_the_consent,
                impossible_terms_are_refused,
                a_blob_must_be_the_one_announced,
                r3_r4_a_withdrawn_id_takes_no_upload,
                r12_one_wrong_token_withdraws_nothing,
                withdrawing_again_is_success,
                a_withdrawal_tells_which_blobs_to_delete,
            ],
            claims: [
                r1_a_share_gives_as_many_releases_as_it_has_views,
                r2_a_retry_gets_the_same_bytes_and_counts_nothing,
                r2_a_retry_with_another_key_gets_nothing,
                r3_after_withdrawal_no_claim_and_no_retry_succeeds,
                r8_the_half_goes_with_the_last_view,
                r9_an_old_claim_neither_releases_nor_counts,
                r1_a_release_made_from_another_half_is_not_given,
                r15_every_end_looks_the_same,
                a_blob_can_be_fetched_until_the_retries_are_over,
            ],
            time: [
                r7_time_does_not_run_backwards,
                r7_what_expired_stays_expired,
                r16_an_ended_share_keeps_only_a_tombstone,
                r16_releases_and_blobs_go_after_the_retries,
                r16_tombstones_and_messages_go_when_their_time_is_over,
                r16_an_unused_capability_is_forgotten,
            ],
            fence: [
                r17_every_change_raises_the_age,
                r17_a_fence_ends_every_share,
                r17_a_fence_withdraws_every_consent,
                r17_a_fence_cancels_every_open_invitation,
                r17_after_a_fence_no_message_number_is_used_again,
            ],
        }
    };
    (@cases $make:path; $($module:ident: [$($case:ident,)*],)*) => {
        $($(
            #[test]
            fn $case() {
                $crate::contract::$module::$case($crate::contract::scene::Scene::new($make()));
            }
        )*)*
    };
}
