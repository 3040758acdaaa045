"""Why something does not work, or costs too much: the document's troubleshooting chapter as decision trees over live state.

finding     what a check may find
facts       the live state, each fact read when a check first asks for it; beside it what only a diagnosis reads (database_url,
            ecs_words, exit_codes, nat_traffic, spending)
tree        symptoms, their checks in order, and how they are gone through
symptoms    the four trees: tasks_pending, alb_503, database, high_cost; causes that several share stand in *_causes
"""
