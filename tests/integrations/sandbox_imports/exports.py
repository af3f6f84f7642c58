"""Small exports in the manner of other systems. All people and companies are made up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PUBLIC = Path(__file__).parents[4] / "shared" / "data" / "crm_files"

SALES_SUITE = {  # ids, camel case, stages with won and lost in one column, types of activities in one file
    "Account.csv": "Id,Name,Industry,AnnualRevenue,OwnerId,CreatedDate\n001,Delta Freight,Logistics,5000000,005A,2025-01-10\n"
    "002,Elm Bakery,Food,250000,005B,2025-02-11\n",
    "User.csv": "Id,FirstName,LastName,Email,IsActive,ManagerId\n005A,Ada,Seller,ada@example.com,true,005C\n"
    "005B,Ben,Okoye,ben@example.com,true,005C\n005C,Cy,Boss,cy@example.com,true,\n",
    "Contact.csv": "Id,AccountId,FirstName,LastName,Title,Email\n003A,001,Dana,Lee,CEO,dana@example.com\n",
    "Opportunity.csv": "Id,AccountId,Name,StageName,Amount,CloseDate,OwnerId,CreatedDate,Probability\n"
    "006A,001,Fleet,Proposal,48000,2026-05-01,005A,2026-01-15T09:14:58Z,60\n"
    "006B,002,Ovens,Closed Won,9000,2026-02-01,005B,2025-11-03T10:00:00Z,100\n"
    "006C,002,Mixers,Closed Lost,700,2026-02-20,005B,2025-12-03T10:00:00Z,0\n",
    "Task.csv": "Id,WhatId,Subject,ActivityDate,Status,OwnerId\n00TA,006A,Send offer,2026-03-01,Not Started,005A\n"
    "00TB,006B,Call back,2026-02-01,Completed,005B\n",
}
HUB = {  # names instead of ids, people in a column, semicolons, European days and amounts
    "companies.csv": "Record ID;Company name;Company owner;Create date;Industry\n1;Zürich Räder;Ada Seller;03.11.2025;Retail\n"
    "2;Elm;Ben Okoye;04.11.2025;Food\n",
    "deals.csv": "Record ID;Deal Name;Deal Stage;Close Date;Deal owner;Amount;Associated Company;Create Date\n"
    "11;Flotte;Contract Sent;01.05.2026;Ada Seller;48.000,50;Zürich Räder;15.01.2026 09:20\n"
    "12;Öfen;Closed Won;02.02.2026;Ben Okoye;1.200,00;Elm;20.11.2025 10:00\n",
    "notes.csv": "Note ID;Associated Company;Note Body;Create Date\n31;Elm;Liked the price;10.02.2026 08:00\n",
}
ONE_FILE = {  # everything in one file, status in words, days in a stage
    "pipeline 2026.csv": "Opportunity,Customer,Sales Rep,Status,Deal Value,Days in stage,Created\n"
    'Fleet,Delta Freight,Ada Seller,Negotiation,"$48,000",12,01/15/2026\n'
    'Vans,Delta Freight,Ben Okoye,Won,"$7,500.50",3,01/20/2026\nOvens,Elm,Ben Okoye,Lost,$900,0,02/03/2026\n'
}
TITLED = {  # lines above the header, UTF-16 with semicolons
    "Opportunities.csv": "Open opportunities;;;;\nMade on 6 March 2026;;;;\n\nName;Company;Owner;Phase;Value\n"
    "Fleet;Delta;Ada Seller;Talks;48000\nVans;Elm;Ada Seller;Won;500\n"
}

DASHED = {  # each header with its module, won and lost on days of their own, people known by name
    "deals-1.csv": "Deal - ID,Deal - Title,Deal - Value,Deal - Organization,Deal - Stage,Deal - Status,"
    "Deal - Expected close date,Deal - Won time,Deal - Lost time,Deal - Deal created,Deal - Owner\n"
    "1,Fleet,48000,Delta,Proposal Made,Open,2026-05-01,,,2026-01-15 09:14:58,Ada Seller\n"
    "2,Vans,7500,Delta,Negotiations Started,Won,2026-03-01,2026-02-02 10:00:00,,2026-01-10 09:14:58,Ben Okoye\n"
    "3,Ovens,900,Elm,Contact Made,Lost,,,2026-02-12 10:00:00,2026-01-11 09:14:58,Ben Okoye\n",
    "organizations.csv": "Organization - ID,Organization - Name,Organization - Owner\n1,Delta,Ada Seller\n2,Elm,Ben Okoye\n",
    "activities.csv": "Activity - Subject,Activity - Type,Activity - Due date,Activity - Done,Activity - Deal\n"
    "Call Dana,call,2026-02-20,Done,Fleet\nSend offer,task,2026-03-08,To do,Fleet\n",
}
LOGINS = {  # people known by their logins, twelve-hour clock, the month first
    "Users.csv": "ID,User Name,First Name,Last Name,Status,Email Address\n1,aseller,Ada,Seller,Active,ada@example.com\n"
    "2,bokoye,Ben,Okoye,Inactive,ben@example.com\n",
    "Accounts.csv": "ID,Name,Assigned to,Date Created\na-1,Delta,aseller,01/13/2026 09:00am\na-2,Elm,bokoye,01/14/2026 10:00pm\n",
    "Opportunities.csv": "ID,Opportunity Name,Account Name,Sales Stage,Opportunity Amount,Expected Close Date,Assigned to\n"
    'o-1,Fleet,Delta,Negotiation,"$48,000.00",05/01/2026,aseller\no-2,Vans,Elm,Closed Lost,$400.00,02/01/2026,bokoye\n',
}
NO_ACCOUNTS = {  # deals only, all of them closed, without a day
    "Win_Loss.csv": "Opportunity Number,Region,Elapsed Days In Sales Stage,Opportunity Result,Sales Stage Change Count,"
    "Opportunity Amount USD\n1641984,Northwest,76,Won,13,100\n1658010,Pacific,63,Loss,2,200\n"
}


def put(folder: Path, files: Mapping[str, str], *, encoding: str = "utf-8") -> Path:
    """The folder, made if need be, with these files in it."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode(encoding))
    return folder
